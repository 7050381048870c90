import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { type DecoderKind, decoderKinds } from "../../../core/bundle/manifest.ts";
import { IMAGE_LAYER } from "../../../train/features/image-source.ts";
import type { CaptionNetwork } from "../../../train/model/network.ts";
import { saveNetwork } from "../../../train/model/saved/save-network.ts";
import { subModel } from "../../../train/model/sub-model.ts";
import { countedPositions, UnrolledNetwork } from "../../../train/model/unrolled.ts";
import { captionBatch } from "../../../train/objectives/caption-batch.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { tf } from "../../support/tensorflow.ts";
import {
  largestDifference,
  noiseImages,
  operations,
  randomiseWeights,
  tinyNetwork,
} from "../support.ts";

const images = 3;
const captionsPerImage = 2;
/** The tokens of each caption, the start token first. */
const inputs = [
  [1, 5, 7, 4, 8],
  [1, 4, 4, 6, 5],
  [1, 8, 3, 7, 7],
  [1, 6, 5, 4, 3],
  [1, 7, 8, 8, 4],
  [1, 3, 6, 6, 6],
];
const variants = decoderKinds.flatMap((kind) => [
  { kind, tied: false },
  { kind, tied: true },
]);

type Named = Record<string, tfTypes.Tensor>;

/** Loads a saved model from its two files, as users of TensorFlow.js do. */
async function loadSaved(folder: string): Promise<tfTypes.LayersModel> {
  const json = JSON.parse(await readFile(join(folder, "model.json"), "utf8"));
  const [manifest] = json.weightsManifest;
  const weightData = new Uint8Array(await readFile(join(folder, manifest.paths[0]))).buffer;
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: manifest.weights,
      weightData,
    }),
  );
}

function predict(model: tfTypes.LayersModel, given: Named): Named {
  const inputs = model.inputNames.map((name) => given[name] as tfTypes.Tensor);
  const outputs = [model.predict(inputs)].flat();
  return Object.fromEntries(
    model.outputNames.map((name, index) => [name, outputs[index]]),
  ) as Named;
}

/** Repeats each image's row for each of its captions. */
function perCaption(tensor: tfTypes.Tensor): tfTypes.Tensor {
  const rows = inputs.map((_, caption) => Math.floor(caption / captionsPerImage));
  return tf.gather(tensor, tf.tensor1d(rows, "int32"));
}

/** Runs all steps of all captions by the two loaded models. */
function runLayers(
  network: CaptionNetwork,
  encoder: tfTypes.LayersModel,
  decoder: tfTypes.LayersModel,
  pixels: tfTypes.Tensor,
): Named[] {
  const { state, image } = network.description.decoder;
  const encoded = predict(encoder, { image: pixels });
  const fixed = image.map(({ input, from }) => [
    input,
    perCaption(encoded[from] as tfTypes.Tensor),
  ]);
  let moving = state.map(({ input, initial }) => [
    input,
    perCaption(encoded[initial] as tfTypes.Tensor),
  ]);
  return Array.from({ length: 5 }, (_, index) => {
    const token = tf.tensor2d(
      inputs.map((tokens) => [tokens[index] ?? 0]),
      [inputs.length, 1],
      "int32",
    );
    const step = predict(decoder, { token, ...Object.fromEntries([...moving, ...fixed]) });
    moving = state.map(({ input, output }) => [input, step[output] as tfTypes.Tensor]);
    return step;
  });
}

async function savedAndLoaded(kind: DecoderKind, tied: boolean) {
  const network = await tinyNetwork(kind, { tied });
  randomiseWeights(network);
  const folder = temporaryFolder();
  await saveNetwork(tf, network, join(folder, "encoder"), join(folder, "decoder"));
  const encoder = await loadSaved(join(folder, "encoder"));
  const decoder = await loadSaved(join(folder, "decoder"));
  const unrolled = new UnrolledNetwork(tf, operations(), network);
  const backbone = subModel(tf, network.encoder, IMAGE_LAYER, network.featureLayer);
  return { network, encoder, decoder, unrolled, backbone };
}

describe.each(variants)("the saved models of kind $kind, tied: $tied", ({ kind, tied }) => {
  test("give the logits, the states and the attention of the unrolled network at every step", async () => {
    const { network, encoder, decoder, unrolled, backbone } = await savedAndLoaded(kind, tied);
    const pixels = noiseImages(images);
    const expected = runLayers(network, encoder, decoder, pixels);
    const image = unrolled.imageState(backbone.predict(pixels) as tfTypes.Tensor4D);
    let state = unrolled.startCaptions(image, captionsPerImage);
    for (const [step, outputs] of expected.entries()) {
      const tokens = tf.tensor1d(
        inputs.map((caption) => caption[step] ?? 0),
        "int32",
      );
      const result = unrolled.step(image, state, tokens);
      state = result.state;
      const pairs: [string, tfTypes.Tensor | undefined][] = [
        ["logits", result.logits],
        ["next_hidden", state.hidden],
        ["next_cell", state.cell],
      ];
      const regions = outputs.attention?.shape[1] ?? 0;
      if (outputs.attention)
        pairs.push(["attention", result.attention?.reshape([inputs.length, regions])]);
      for (const [name, own] of pairs) {
        expect(
          largestDifference(own as tfTypes.Tensor, outputs[name] as tfTypes.Tensor),
          name,
        ).toBeLessThan(1e-5);
      }
    }
    expect("attention" in (expected[0] ?? {})).toBe(kind === "attention");
  });

  test("give the same logits step by step as the unrolled network under teacher forcing", async () => {
    const { network, encoder, decoder, unrolled, backbone } = await savedAndLoaded(kind, tied);
    const pixels = noiseImages(images);
    const steps = runLayers(network, encoder, decoder, pixels);
    // Captions of different lengths: the first words of each and its end are targets.
    const lengths = [4, 1, 2, 3, 4, 0];
    const words = inputs.map((tokens, caption) => tokens.slice(1, 1 + (lengths[caption] ?? 0)));
    const targets = words.map((tokens) => ({ tokens, weight: 1, ended: true, start: 1 }));
    const perImage = [targets.slice(0, 2), targets.slice(2, 4), targets.slice(4, 6)];
    const batch = captionBatch(perImage, 20);
    const image = unrolled.imageState(backbone.predict(pixels) as tfTypes.Tensor4D);
    const { logits } = unrolled.teacherForced(image, batch);
    const all = tf.concat(
      steps.map((outputs) => outputs.logits as tfTypes.Tensor2D),
      0,
    );
    const counted = countedPositions(batch.weights);
    // Unknown words are inputs, but not targets; two of the captions have one among their first words.
    const unknown = words.flat().filter((token) => token === 3).length;
    expect(counted).toHaveLength(lengths.reduce((sum, length) => sum + length + 1, 0) - unknown);
    const expected = tf.gather(all, tf.tensor1d(counted, "int32"));
    expect(largestDifference(logits, expected)).toBeLessThan(1e-5);
  });
});

describe("the decoder", () => {
  test("starts with open forget gates, so that the image is not forgotten", async () => {
    const { decoder } = await tinyNetwork("lstm");
    const weights = decoder
      .getLayer("lstm")
      .getWeights()
      .map((weight) => weight.arraySync());
    expect(weights[2]).toEqual([...Array(6).fill(0), ...Array(6).fill(1), ...Array(12).fill(0)]);
  });

  test("ties the output to the embedding when it is saved", async () => {
    const { decoder } = await savedAndLoaded("attention", true);
    const embedding = decoder.getLayer("embedding").getWeights()[0] as tfTypes.Tensor;
    const kernel = decoder.getLayer("logits").getWeights()[0] as tfTypes.Tensor;
    expect(largestDifference(kernel, embedding.transpose())).toBe(0);
  });
});
