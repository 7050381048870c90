import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { writeBundle } from "../../../../convert/bundle.ts";
import { commandSchema } from "../../../../convert/command.ts";
import { parseOptions } from "../../../../node/cli/option-flags.ts";
import { trainOptionsSchema } from "../../../../run-files/options.ts";
import { describeRun } from "../../../../run-files/run-description.ts";
import { runFolder } from "../../../../run-files/run-folder.ts";
import type { Backbone } from "../../../../train/model/backbone/backbone.ts";
import { loadBundleBackbone } from "../../../../train/model/backbone/bundle-backbone.ts";
import { openBackbone } from "../../../../train/model/backbone/open-backbone.ts";
import { buildNetwork } from "../../../../train/model/network.ts";
import { saveNetwork } from "../../../../train/model/saved/save-network.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { tf } from "../../../support/tensorflow.ts";

const size = 16;
const sizes = {
  kind: "attention",
  vocabularySize: 9,
  embeddingSize: 4,
  units: 4,
  featureSize: 6,
  attentionSize: 4,
  tied: true,
  seed: 1,
} as const;

type Layer = { apply(inputs: unknown): unknown };

/** Layers of every kind that a bundle can hold, combined so that the converter changes each of them. */
function backboneLayers(): [string, Layer][] {
  const { layers } = tf;
  const same = { kernelSize: 3, padding: "same" } as const;
  return [
    ["conv", layers.conv2d({ ...same, name: "conv", filters: 8, strides: 2, useBias: false })],
    ["conv_bn", layers.batchNormalization({ name: "conv_bn" })],
    ["conv_relu", layers.reLU({ name: "conv_relu", maxValue: 6 })],
    ["depthwise", layers.depthwiseConv2d({ ...same, name: "depthwise", depthMultiplier: 2 })],
    ["depthwise_bn", layers.batchNormalization({ name: "depthwise_bn", scale: false })],
    ["separable", layers.separableConv2d({ ...same, name: "separable", filters: 8 })],
    ["separable_relu", layers.reLU({ name: "separable_relu" })],
    ["alone_bn", layers.batchNormalization({ name: "alone_bn", center: false })],
    ["up", layers.conv2dTranspose({ ...same, name: "up", filters: 8, strides: 2 })],
    ["dropout", layers.dropout({ name: "dropout", rate: 0.5 })],
    ["pointwise", layers.dense({ name: "pointwise", units: 40, activation: "relu" })],
    ["square", layers.dense({ name: "square", units: 40, useBias: false })],
    ["grid", layers.conv2d({ ...same, name: "grid", filters: 8, strides: 4, activation: "relu" })],
  ];
}

function testBackbone(draw: boolean): Backbone {
  const input = tf.input({ shape: [size, size, 3], name: "image" });
  let x = input;
  for (const [, layer] of backboneLayers()) x = layer.apply(x) as tfTypes.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: x, name: "test" });
  if (draw) {
    const drawn = model
      .getWeights()
      .map(({ shape }, index) => tf.randomUniform(shape, 0.05, 0.5, "float32", index));
    model.setWeights(drawn);
  }
  return { name: "test", model, featureLayers: ["grid"], pixelRange: [-1, 1], sha256: "" };
}

/** Saves the untrained encoder around a backbone in a run's folder. @returns it up to its features. */
async function runOf(folder: string, backbone: Backbone): Promise<tfTypes.LayersModel> {
  const network = await buildNetwork(tf, backbone, sizes);
  const files = runFolder(folder);
  await saveNetwork(tf, network, files.encoder, files.decoder);
  await describeRun(files, {
    config: {
      options: { seed: 1 },
      command: "npm run train",
      dataset: { name: "none", images: 1, captions: 1 },
      backbone: { name: backbone.name, featureLayer: network.featureLayer },
    },
    network: {
      network: network.description,
      preparation: { height: size, width: size },
      maximumLength: 5,
    },
    vocabulary: ["<pad>", "<start>", "<end>", "<unknown>", "a", "b", "c", "d", "e"],
  });
  await writeFile(files.log, "");
  const output = network.encoder.getLayer(network.featureLayer).output as tfTypes.SymbolicTensor;
  return tf.model({ inputs: network.encoder.inputs, outputs: output });
}

/** The largest difference of two models' features, relative to the largest of them. */
function featureError(own: tfTypes.LayersModel, { model, pixelRange }: Backbone): number {
  return tf.tidy(() => {
    const images = tf.randomUniform([2, size, size, 3], 0, 255, "float32", 7);
    const [black, white] = pixelRange;
    const expected = own.predict(images) as tfTypes.Tensor;
    const scaled = images.mul((white - black) / 255).add(black);
    const actual = model.predict(scaled) as tfTypes.Tensor;
    const error = actual.sub(expected).abs().max().div(expected.abs().max());
    return error.dataSync()[0] ?? Number.NaN;
  });
}

async function roundTrip(backbone: Backbone, flags: object) {
  const folder = temporaryFolder();
  const own = await runOf(join(folder, "run"), backbone);
  const bundle = join(folder, "bundle");
  await writeBundle(join(folder, "run"), bundle, parseOptions(commandSchema, { ...flags }));
  return { own, bundle };
}

let printed = "";

beforeEach(() => {
  printed = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  onTestFinished(() => spy.mockRestore());
});

describe("a backbone of a bundle", () => {
  const cases = [
    { stored: "in single precision", flags: {}, error: 1e-4 },
    { stored: "in half precision", flags: { weights: "fp16" }, error: 1e-2 },
    { stored: "with products in bytes", flags: { weights: "int8" }, error: 5e-2 },
    { stored: "in files of 4,000 bytes", flags: { maximumFileBytes: 4000 }, error: 1e-4 },
  ];

  test.each(cases)("gives the same features, with weights $stored", async ({ flags, error }) => {
    const { own, bundle } = await roundTrip(testBackbone(true), flags);
    const backbone = await loadBundleBackbone(tf, bundle, undefined);
    expect(backbone.featureLayers).toEqual(["grid"]);
    expect(backbone.pixelRange[0]).toBe(-1);
    expect(backbone.pixelRange[1]).toBeCloseTo(1, 6);
    expect(featureError(own, backbone)).toBeLessThan(error);
  });

  test("has all weights, where the graph stores equal ones once", async () => {
    const { own, bundle } = await roundTrip(testBackbone(false), {});
    const backbone = await loadBundleBackbone(tf, bundle, undefined);
    expect(featureError(own, backbone)).toBeLessThan(1e-4);
  });

  test("keeps the names of all its layers", async () => {
    const { bundle } = await roundTrip(testBackbone(true), {});
    const { model } = await loadBundleBackbone(tf, bundle, undefined);
    const names = backboneLayers().map(([name]) => name);
    expect(model.layers.map(({ name }) => name)).toEqual(["image", ...names]);
  });

  test("can end at an earlier layer", async () => {
    const { bundle } = await roundTrip(testBackbone(true), {});
    const backbone = await loadBundleBackbone(tf, bundle, ["separable"]);
    expect(backbone.featureLayers).toEqual(["separable"]);
    expect(backbone.model.outputShape).toEqual([null, size / 2, size / 2, 8]);
    await expect(loadBundleBackbone(tf, bundle, ["none"])).rejects.toMatchObject({
      code: "unknown_feature_layer",
    });
  });

  test("has the hash of the encoder's graph, and the bundle's name", async () => {
    const { bundle } = await roundTrip(testBackbone(true), { modelVersion: "2.1.0" });
    const { name, sha256 } = await loadBundleBackbone(tf, bundle, undefined);
    const bytes = await readFile(join(bundle, "encoder.onnx"));
    expect({ name, sha256 }).toEqual({
      name: "edge-caption 2.1.0",
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
  });

  test("is left out of a bundle that cannot hold all of its layers' weights", async () => {
    const input = tf.input({ shape: [size, size, 3], name: "image" });
    const grid = tf.layers.prelu({ name: "grid" }).apply(input) as tfTypes.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: grid });
    const odd: Backbone = { ...testBackbone(false), model };
    const { bundle } = await roundTrip(odd, {});
    expect(printed).toMatch(/No training can start from this bundle's encoder: .*\n/);
    await expect(loadBundleBackbone(tf, bundle, undefined)).rejects.toMatchObject({
      code: "no_released_backbone",
    });
  });

  test("can be converted and read again", async () => {
    const first = await roundTrip(testBackbone(true), {});
    const backbone = await loadBundleBackbone(tf, first.bundle, undefined);
    const second = await roundTrip(backbone, {});
    const again = await loadBundleBackbone(tf, second.bundle, undefined);
    expect(featureError(first.own, again)).toBeLessThan(1e-4);
  });
});

describe("the backbone of a training", () => {
  const options = (values: object) => parseOptions(trainOptionsSchema, { ...values });

  test("a bundle's folder can be named, and is the default for a data set", async () => {
    const { own, bundle } = await roundTrip(testBackbone(true), {});
    const named = await openBackbone(tf, options({ dataset: "data", backbone: bundle }));
    const released = await openBackbone(tf, options({ dataset: "data" }), bundle);
    expect(featureError(own, named)).toBeLessThan(1e-4);
    expect(featureError(own, released)).toBeLessThan(1e-4);
  });

  test("a missing bundle is refused in one line that names --backbone", async () => {
    const nothing = temporaryFolder();
    await expect(openBackbone(tf, options({ dataset: "data" }), nothing)).rejects.toMatchObject({
      code: "no_released_backbone",
      message: expect.stringMatching(/^There is no bundle in .*name a backbone with --backbone\.$/),
    });
  });

  test("synthetic images have the small backbone", async () => {
    const backbone = await openBackbone(tf, options({}), temporaryFolder());
    expect(backbone.name).toBe("small");
  });
});
