import type * as tfTypes from "@tensorflow/tfjs";
import { describe, expect, test, vi } from "vitest";
import { type Conversion, convert } from "../../convert/index.ts";
import type { Manifest } from "../../core/bundle/manifest.ts";
import { bundleReader, readBundle } from "../../node/bundle.ts";
import { releasedModel } from "../../node/released-model.ts";
import { readCaptionerWeights } from "../../onnx/captioner-weights.ts";
import { smallBackbone } from "../../train/model/backbone/small-backbone.ts";
import { buildDecoder } from "../../train/model/decoder.ts";
import { buildNetwork, type NetworkSizes } from "../../train/model/network.ts";
import { modelVariables } from "../../train/model/weights.ts";
import { tf } from "../support/tensorflow.ts";
import { randomiseWeights, randomTensor } from "../train/support.ts";

// Drawing the initial weights of a decoder takes tfjs its time.
vi.setConfig({ testTimeout: 120_000 });

/** Large enough for `int8`, which leaves small matrices as they are. */
const sizes: NetworkSizes = {
  kind: "attention",
  vocabularySize: 70,
  embeddingSize: 24,
  units: 32,
  featureSize: 40,
  attentionSize: 36,
  tied: false,
  seed: 1,
};

/** The files of a bundle with both graphs, as its readers see them. */
function bundleOf(network: Manifest["network"], graphs: Record<string, Conversion>) {
  const files = new Map<string, Uint8Array>();
  for (const [role, { model, externalData }] of Object.entries(graphs)) {
    files.set(`${role}.onnx`, model);
    for (const { path, data } of externalData) files.set(path, data);
  }
  const listed = Object.keys(graphs).map((role) => ({ role, path: `${role}.onnx` }));
  const manifest = { network, files: listed } as unknown as Manifest;
  return {
    manifest,
    read: async (path: string) => files.get(path) ?? new Uint8Array(),
  };
}

describe("a captioner's weights, read back out of its graphs", () => {
  test.each([
    ["fp32", 1e-6],
    ["fp16", 1e-3],
    ["int8", 1e-2],
  ] as const)("are those of its LayersModels, stored as %s", async (weights, tolerance) => {
    const network = await buildNetwork(tf, smallBackbone(tf, 16, 1), sizes);
    randomiseWeights(network);
    const { encoder, decoder } = network;
    const graphs = {
      encoder: convert(encoder, { weights, name: "encoder", externalWeights: true }),
      decoder: convert(decoder, { weights, name: "decoder", externalWeights: true }),
    };
    const { manifest, read } = bundleOf(network.description, graphs);
    const found = await readCaptionerWeights(manifest, read);
    const own = [
      ...[...modelVariables(decoder)].map(([name, value]) => [`decoder/${name}`, value] as const),
      ...[...modelVariables(encoder)].map(([name, value]) => [`encoder/${name}`, value] as const),
    ].filter(([name]) => !/^encoder\/(?!features|keys|initial)/.test(name));
    expect([...found.keys()].toSorted()).toEqual(own.map(([name]) => name).toSorted());
    for (const [name, variable] of own) {
      const weight = found.get(name);
      expect(weight?.shape, name).toEqual(variable.shape);
      const values = variable.dataSync();
      const errors = weight?.data.map((value, at) => Math.abs(value - (values[at] ?? 0)));
      expect(Math.max(...(errors ?? [1])), name).toBeLessThanOrEqual(tolerance);
    }
  });

  test("of the released bundle give its logits", async () => {
    const { manifest, decoder } = await readBundle(releasedModel);
    const found = await readCaptionerWeights(manifest, bundleReader(releasedModel));
    const shapeOf = (name: string) => found.get(`decoder/${name}`)?.shape ?? [];
    const [vocabularySize = 0, embeddingSize = 0] = shapeOf("embedding/embeddings");
    const [units = 0, attentionSize = 0] = shapeOf("query/kernel");
    const [, featureSize = 0] = shapeOf("gate/kernel");
    const own = { vocabularySize, embeddingSize, units, attentionSize, featureSize };
    const regions = 49;
    const model = buildDecoder(tf, { ...sizes, ...own }, regions);
    const embedding = found.get("decoder/embedding/embeddings");
    for (const [name, variable] of modelVariables(model)) {
      const weight = found.get(`decoder/${name}`);
      const value =
        weight === undefined && embedding !== undefined
          ? tf.transpose(tf.tensor(embedding.data, [...embedding.shape]))
          : tf.tensor(weight?.data ?? [], [...(weight?.shape ?? [])]);
      variable.assign(value as tfTypes.Tensor);
    }
    const random = (shape: number[], name: string) => randomTensor(shape, name);
    const inputs = {
      token: tf.tensor([[1], [7]], [2, 1], "int32"),
      hidden: random([2, units], "hidden"),
      cell: random([2, units], "cell"),
      features: random([2, regions, featureSize], "features"),
      keys: random([2, regions, attentionSize], "keys"),
    };
    const [logits] = model.predict(Object.values(inputs)) as tfTypes.Tensor[];
    const feeds = Object.entries(inputs).map(([name, tensor]) => [
      name,
      { type: tensor.dtype, dims: tensor.shape, data: tensor.dataSync() },
    ]);
    const given = await decoder.run(Object.fromEntries(feeds));
    const expected = given.logits?.data ?? [];
    const values = logits?.dataSync() ?? [];
    const errors = Array.from(values, (value, at) => Math.abs(value - Number(expected[at])));
    expect(errors).toHaveLength(2 * vocabularySize);
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });
});
