import type * as tfTypes from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { specialTokens } from "../../../core/vocabulary.ts";
import { CiderD } from "../../../metrics/index.ts";
import { type GapInputs, GapMeter } from "../../../train/evaluation/gap.ts";
import { captionGreedily } from "../../../train/evaluation/greedy-captions.ts";
import { tidied } from "../../../train/model/tidied.ts";
import type { ImageState, UnrolledNetwork } from "../../../train/model/unrolled.ts";
import { tf } from "../../support/tensorflow.ts";
import { split, tinyCaptioner, vocabulary, words } from "../objectives/support.ts";
import { randomiseWeights } from "../support.ts";

const options = { seed: 1, gapImages: 4, maximumLength: 6, ngramBlocking: 0, teachLength: 6 };

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Returns the inputs of a run that trains and validates on the four images. */
function subject(changes: Partial<GapInputs> = {}): GapInputs {
  return { vocabulary, options, train: split, validation: split, ...changes };
}

async function captioner() {
  const { network, unrolled, grids } = await tinyCaptioner("attention");
  randomiseWeights(network);
  const states = (rows: readonly number[]) =>
    tidied(tf, () => unrolled.imageState(tf.gather(grids, [...rows]) as tfTypes.Tensor4D));
  return { unrolled, states };
}

/** Returns -log p of a caption's words and its end, one decoder step after the other. */
function stepwiseLoss(
  network: UnrolledNetwork,
  image: ImageState,
  caption: readonly string[],
): number[] {
  return tf.tidy(() => {
    let state = network.startCaptions(image, 1);
    let last: number = specialTokens.start;
    return [...vocabulary.encode(caption), specialTokens.end].map((token) => {
      const result = network.step(image, state, tf.tensor1d([last], "int32"));
      state = result.state;
      last = token;
      const [logarithms = []] = tf.logSoftmax(result.logits).arraySync() as number[][];
      return -(logarithms[token] ?? Number.NaN);
    });
  });
}

describe("the gap between training and validation", () => {
  test("has the mean cross-entropy of a word, as the decoder computes it step by step", async () => {
    const { unrolled, states } = await captioner();
    const gap = await new GapMeter(subject(), unrolled).measure(states, states);
    const losses = words.flatMap((captions, row) =>
      captions.flatMap((caption) => stepwiseLoss(unrolled, states([row]), caption)),
    );
    expect(gap?.train.loss).toBeCloseTo(mean(losses), 4);
    // The same images on both sides leave no gap.
    expect(gap?.validation.loss).toBeCloseTo(gap?.train.loss ?? Number.NaN, 6);
  });

  test("has CIDEr-D by the document frequencies of the validation captions", async () => {
    const { unrolled, states } = await captioner();
    const validation = { words: words.slice(0, 3), starts: split.starts.slice(0, 3) };
    const gap = await new GapMeter(subject({ validation }), unrolled).measure(states, states);
    const captions = await captionGreedily(
      { network: unrolled, vocabulary, options },
      states([0, 1, 2, 3]),
      vocabulary.startToken(),
    );
    const scorer = new CiderD(validation.words);
    const scores = captions.map((caption, row) => scorer.score(caption, words[row] ?? []));
    expect(gap?.train["CIDEr-D"]).toBeCloseTo(mean(scores), 10);
  });

  test("is measured on --gap-images images, or not at all", async () => {
    const { unrolled, states } = await captioner();
    const read: number[] = [];
    const counting = (rows: readonly number[]) => {
      read.push(...rows);
      return states(rows);
    };
    const two = subject({ options: { ...options, gapImages: 2 } });
    expect(await new GapMeter(two, unrolled).measure(counting, states)).toMatchObject({
      images: 2,
    });
    expect(new Set(read).size).toBe(2);
    const none = subject({ options: { ...options, gapImages: 0 } });
    expect(await new GapMeter(none, unrolled).measure(states, states)).toBeUndefined();
  });

  test("leaks no tensor", async () => {
    const { unrolled, states } = await captioner();
    const meter = new GapMeter(subject(), unrolled);
    await meter.measure(states, states);
    const before = tf.memory().numTensors;
    await meter.measure(states, states);
    expect(tf.memory().numTensors).toBe(before);
  });
});
