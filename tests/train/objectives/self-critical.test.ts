import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { specialTokens } from "../../../core/vocabulary.ts";
import { bleu } from "../../../metrics/bleu.ts";
import { CiderD } from "../../../metrics/cider.ts";
import type { WeightedBatch } from "../../../train/objectives/objective.ts";
import { sampleCaptions } from "../../../train/objectives/sampling.ts";
import { leaveOneOut, selfCritical } from "../../../train/objectives/self-critical.ts";
import { captions, headTrainer, rows, split, tinyCaptioner, vocabulary, words } from "./support.ts";

const samples = 5;
const maximumLength = 5;
const plain = { samples, maximumLength, selfCriticalDropout: 0, bleuReward: 0, humanCaptions: 0 };
const scorer = new CiderD(words.map((own) => own.map((caption) => [...caption, "<end>"])));

function rewardOf(row: number, tokens: readonly number[]): number {
  const caption = tokens.map((token) => vocabulary.word(token));
  return scorer.score(
    caption,
    (words[row] ?? []).map((own) => [...own, "<end>"]),
  );
}

/** Returns the drawn captions of a batch with their weights. */
function captionsOf({ batch }: WeightedBatch) {
  const columns = batch.images * batch.captionsPerImage;
  return Array.from({ length: columns }, (_, column) => {
    const at = (list: ArrayLike<number>) =>
      Array.from({ length: batch.steps }, (__, step) => list[step * columns + column] ?? 0);
    const targets = at(batch.targets).filter((token) => token !== specialTokens.pad);
    return { row: Math.floor(column / samples), targets, weights: at(batch.weights) };
  });
}

async function drawBatch(key = 1, options: Partial<typeof plain> = {}): Promise<WeightedBatch> {
  const { unrolled, encode } = await tinyCaptioner();
  const objective = selfCritical(unrolled, split, vocabulary, { ...plain, ...options });
  return objective.batch(rows, encode, { key, progress: 0 });
}

describe("the leave-one-out baseline", () => {
  test("is the mean of the other samples", () => {
    expect(leaveOneOut([4, 1, 1])).toEqual([3, -1.5, -1.5]);
    expect(leaveOneOut([2, 2])).toEqual([0, 0]);
  });

  test("gives advantages whose sum is zero, in the order of the rewards", () => {
    const rewards = fc.array(fc.float({ min: 0, max: 10, noNaN: true }), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(rewards, (values) => {
        const advantages = leaveOneOut(values);
        expect(advantages.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
        const order = (list: readonly number[]) =>
          list.map((value, index) => [value, index] as const).sort((a, b) => a[0] - b[0]);
        const best = order(values).at(-1)?.[1] ?? 0;
        expect(advantages[best]).toBeCloseTo(Math.max(...advantages), 5);
      }),
    );
  });
});

describe("a self-critical batch", () => {
  test("weights each sample by its CIDEr-D minus that of the others, with the end as a word", async () => {
    const drawn = captionsOf(await drawBatch());
    expect(drawn).toHaveLength(samples * rows.length);
    let seenEnded = 0;
    for (const row of rows) {
      const own = drawn.slice(row * samples, (row + 1) * samples);
      const advantages = leaveOneOut(own.map(({ targets }) => rewardOf(row, targets)));
      for (const [index, { targets, weights }] of own.entries()) {
        const ended = targets.at(-1) === specialTokens.end;
        seenEnded += Number(ended);
        expect(targets.length).toBeLessThanOrEqual(maximumLength + Number(ended));
        for (const [step, weight] of weights.entries()) {
          const expected = step < targets.length ? (advantages[index] ?? 0) : 0;
          expect(weight).toBeCloseTo(expected, 5);
        }
      }
    }
    // Some samples end, and their ends are targets like words.
    expect(seenEnded).toBeGreaterThan(0);
  });

  test("rewards a caption with its end more than the same words cut off", () => {
    const tokens = vocabulary.encode(["red", "dog", "runs"]);
    expect(rewardOf(0, [...tokens, specialTokens.end])).toBeGreaterThan(rewardOf(0, tokens) + 1);
  });

  test("adds weighted BLEU-4 to the reward with --bleu-reward", async () => {
    const columns = captionsOf(await drawBatch(1, { bleuReward: 2 }));
    const own = columns.slice(0, samples);
    const bleu4 = (targets: readonly number[]) =>
      bleu(
        [targets.map((token) => vocabulary.word(token))],
        [(words[0] ?? []).map((caption) => [...caption, "<end>"])],
      ).corpus[3];
    const rewards = own.map(({ targets }) => rewardOf(0, targets) + 2 * bleu4(targets));
    const weights = own.map((column) => column.weights[0] ?? Number.NaN);
    for (const [index, advantage] of leaveOneOut(rewards).entries()) {
      expect(weights[index]).toBeCloseTo(advantage, 4);
    }
  });

  test("adds one weighted human caption of each image with --human-captions", async () => {
    const { batch } = await drawBatch(1, { humanCaptions: 0.25 });
    expect(batch.captionsPerImage).toBe(samples + 1);
    const columns = batch.images * batch.captionsPerImage;
    for (const row of rows) {
      const column = row * (samples + 1) + samples;
      const spoken = Array.from({ length: batch.steps }, (_, step) => step * columns + column)
        .filter((position) => batch.weights[position] !== 0)
        .map((position) => [batch.targets[position], batch.weights[position]] as const);
      expect(new Set(spoken.map(([, weight]) => weight))).toEqual(new Set([0.25]));
      const own = captions[row]?.map(({ tokens }) => [...tokens, specialTokens.end]);
      expect(own).toContainEqual(spoken.map(([token]) => token));
    }
  });

  test("is the same for the same key, and different for another", async () => {
    const [first, again, other] = [await drawBatch(5), await drawBatch(5), await drawBatch(6)];
    expect(again.batch.targets).toEqual(first.batch.targets);
    expect(other.batch.targets).not.toEqual(first.batch.targets);
  });

  test("has no padding, start or unknown word", async () => {
    for (let key = 0; key < 10; key++) {
      for (const { targets } of captionsOf(await drawBatch(key))) {
        for (const token of targets) {
          expect([specialTokens.start, specialTokens.unknown]).not.toContain(token);
        }
      }
    }
  });
});

describe("self-critical training", () => {
  test("raises the reward", async () => {
    const { unrolled, grids, encode } = await tinyCaptioner();
    const objective = selfCritical(unrolled, split, vocabulary, plain);
    const trainer = headTrainer(unrolled, grids, objective, { rate: 0.03, epochs: 60 });
    const meanReward = () => {
      const drawn = sampleCaptions(unrolled, encode(), {
        samples: 20,
        maximumLength,
        key: 99,
        starts: split.starts,
        forbidden: vocabulary.unspeakableTokens,
      });
      const rewards = drawn.map(({ tokens, ended }, index) =>
        rewardOf(Math.floor(index / 20), ended ? [...tokens, specialTokens.end] : tokens),
      );
      return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    };
    const before = meanReward();
    for (let epoch = 1; epoch <= 60; epoch++) await trainer.epoch(epoch, () => {});
    expect(meanReward()).toBeGreaterThan(1.7 * before);
  });

  test("handles steps in which no sample is better than another", async () => {
    const { unrolled, grids } = await tinyCaptioner();
    // The vocabulary has none of these words: every reward is 0.
    const nothing = words.map(() => [["unheard", "of"]]);
    const objective = selfCritical(unrolled, { ...split, words: nothing }, vocabulary, plain);
    const trainer = headTrainer(unrolled, grids, objective, { rate: 0.01, epochs: 2 });
    expect(await trainer.epoch(1, () => {})).toBe(0);
  });
});
