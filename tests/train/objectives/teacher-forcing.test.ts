import type * as tfTypes from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { type DecoderKind, decoderKinds } from "../../../core/bundle/manifest.ts";
import { specialTokens } from "../../../core/vocabulary.ts";
import { modelVariables, variable } from "../../../train/model/weights.ts";
import { sampleTokens } from "../../../train/objectives/sampling.ts";
import { teacherForcing } from "../../../train/objectives/teacher-forcing.ts";
import { tf } from "../../support/tensorflow.ts";
import { operations, randomTensor } from "../support.ts";
import { captions, headTrainer, rows, tinyCaptioner, vocabulary } from "./support.ts";

const plain = {
  dropout: 0,
  labelSmoothing: 0,
  scheduledSampling: 0,
  teachLength: 18,
  forbidden: vocabulary.unspeakableTokens,
};

async function lossesOf(
  kind: DecoderKind,
  settings: { doublyStochastic?: number; epochs?: number },
) {
  const { unrolled, grids, encode } = await tinyCaptioner(kind);
  const objective = teacherForcing(unrolled, captions, plain);
  const epochs = settings.epochs ?? 2;
  const trainer = headTrainer(unrolled, grids, objective, {
    rate: 0.03,
    epochs,
    doublyStochastic: settings.doublyStochastic,
  });
  const targets = objective.batch(rows, encode, { key: 1, progress: 0 });
  const { attention } = unrolled.teacherForced(encode(), targets.batch);
  const losses: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) losses.push(await trainer.epoch(epoch, () => {}));
  return { losses, targets, attention };
}

describe.each(decoderKinds)("teacher forcing of a decoder of kind %s", (kind) => {
  test("starts with about equally likely words, and lowers the loss from epoch to epoch", async () => {
    const { losses } = await lossesOf(kind, { epochs: 40 });
    expect(losses[0]).toBeGreaterThan(Math.log(vocabulary.size) - 0.6);
    expect(losses[0]).toBeLessThan(Math.log(vocabulary.size) + 0.6);
    expect(losses[1]).toBeLessThan(losses[0] ?? 0);
    expect(losses[39]).toBeLessThan(1.2);
  });
});

describe("doubly stochastic attention", () => {
  test("adds the penalty of Xu et al., equation 14", async () => {
    const without = await lossesOf("attention", {});
    const withPenalty = await lossesOf("attention", { doublyStochastic: 0.5 });
    const { attention, targets } = without;
    const { images, captionsPerImage, weights } = targets.batch;
    const columns = images * captionsPerImage;
    let penalty = 0;
    for (let column = 0; column < columns; column++) {
      const attended = [0, 0, 0, 0];
      for (const [step, tensor] of attention.entries()) {
        if (weights[step * columns + column] === 0) continue;
        const flat = tensor.dataSync();
        for (let region = 0; region < 4; region++) {
          attended[region] = (attended[region] ?? 0) + (flat[column * 4 + region] ?? 0);
        }
      }
      penalty += attended.reduce((sum, weight) => sum + (1 - weight) ** 2, 0) / columns;
    }
    const added = (withPenalty.losses[0] ?? 0) - (without.losses[0] ?? 0);
    expect(added).toBeCloseTo(0.5 * penalty, 4);
    expect(penalty).toBeGreaterThan(0.01);
  });
});

describe("scheduled sampling", () => {
  /** Builds a decoder that predicts one word at every position. */
  async function alwaysPredicting(word: number) {
    const captioner = await tinyCaptioner();
    const bias = variable(modelVariables(captioner.network.decoder), "logits/bias");
    bias.assign(tf.oneHot(word, vocabulary.size).mul(100).cast("float32") as tfTypes.Tensor1D);
    return captioner;
  }

  const word = vocabulary.encode(["sleeps"])[0] ?? 0;

  async function batchAt(progress: number, scheduledSampling: number) {
    const { unrolled, encode } = await alwaysPredicting(word);
    const options = { ...plain, scheduledSampling };
    const objective = teacherForcing(unrolled, captions, options);
    return objective.batch(rows, encode, { key: 3, progress });
  }

  test("replaces input words by predicted ones, and changes nothing else", async () => {
    const { batch: truth } = await batchAt(0, 1);
    const { batch } = await batchAt(1, 0.5);
    let replaced = 0;
    let places = 0;
    for (const [position, token] of truth.inputs.entries()) {
      const given = batch.inputs[position];
      if (token === specialTokens.start) expect(given).toBe(token);
      // Positions after the end of a caption have weight 0.
      else if (token !== specialTokens.pad) {
        places++;
        if (given !== token) {
          expect(given).toBe(word);
          replaced++;
        }
      }
    }
    expect(replaced).toBeGreaterThan(places / 8);
    expect(replaced).toBeLessThan(places);
    expect(batch.targets).toEqual(truth.targets);
    expect(batch.weights).toEqual(truth.weights);
  });

  test("starts with no predicted word and ends with its full share", async () => {
    const { batch: none } = await batchAt(0, 1);
    const { batch: all } = await batchAt(1, 1);
    const truths = captions.flat().flatMap(({ tokens }) => tokens);
    const places = [...none.inputs.keys()].filter((position) => (none.inputs[position] ?? 0) > 2);
    expect(places.map((position) => none.inputs[position]).sort()).toEqual(truths.sort());
    expect(new Set(places.map((position) => all.inputs[position]))).toEqual(new Set([word]));
  });
});

describe("sampled tokens", () => {
  test("follow the decoder's distribution, without forbidden tokens", () => {
    const draws = 4000;
    const row = randomTensor([1, vocabulary.size], "row", 2);
    const logits = tf.tile(row, [draws, 1]) as tfTypes.Tensor2D;
    const tokens = sampleTokens({ tf, operations: operations() }, logits, {
      key: 11,
      forbidden: vocabulary.unspeakableTokens,
    });
    const likelihood = [...row.dataSync()].map((logit, token) =>
      vocabulary.unspeakableTokens.includes(token) ? 0 : Math.exp(logit),
    );
    const sum = likelihood.reduce((total, value) => total + value, 0);
    for (const [token, value] of likelihood.entries()) {
      const share = value / sum;
      const drawn = tokens.filter((other) => other === token).length / draws;
      // Four standard deviations; of a forbidden token none.
      expect(Math.abs(drawn - share)).toBeLessThanOrEqual(4 * Math.sqrt(share / draws));
    }
  });
});
