import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Vocabulary } from "../../../../core/vocabulary.ts";
import { smallBackbone } from "../../../../train/model/backbone/small-backbone.ts";
import { averageStarts } from "../../../../train/model/start/average-starts.ts";
import type { StartingPoint } from "../../../../train/model/start/starting-point.ts";
import { modelVariables } from "../../../../train/model/weights.ts";
import { tf } from "../../../support/tensorflow.ts";
import { tinySide } from "../../support.ts";

const COUNT = 8;
const NAME = "decoder/word/bias";
const vocabulary = Vocabulary.count([["a", "dog"]], 1);

/** Weights as a file can hold them: any finite number of single precision, -0 too. */
const weights = fc
  .array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
    minLength: COUNT,
    maxLength: COUNT,
  })
  .map((values) => Float32Array.from(values));
/** Each case builds TensorFlow models. */
const few = { numRuns: 15 };

function startOf(data: Float32Array<ArrayBuffer>, seed = 1, fineTuned = false): StartingPoint {
  return {
    backbone: { ...smallBackbone(tf, tinySide, seed), fineTuned },
    vocabulary,
    defaultStyle: undefined,
    preparation: {
      ...{ height: tinySide, width: tinySide, fit: "stretch" },
      ...{ background: 128, filter: "triangle" },
    },
    sizes: {
      ...{ kind: "lstm", embeddingSize: 5, units: 6, featureSize: 7 },
      ...{ attentionSize: 1, tied: false },
    },
    weights: new Map([[NAME, { shape: [COUNT], data }]]),
  };
}

async function averaged(...starts: StartingPoint[]): Promise<StartingPoint> {
  const [first, ...others] = starts.map((start, index) => ({ path: `runs/${index}`, start }));
  if (first === undefined) throw new Error("a mean of no captioners");
  return averageStarts(tf, first, others);
}

/** Averages captioners of these weights. @returns the weights of the mean. */
async function meanOf(...all: Float32Array<ArrayBuffer>[]): Promise<Float32Array> {
  const { weights: mean } = await averaged(...all.map((data) => startOf(data)));
  return mean.get(NAME)?.data ?? new Float32Array();
}

const bitsOf = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

/** The distance of a number to the next larger one of single precision. */
function ulp(value: number): number {
  return 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(value))) - 23);
}

function backboneWeights({ backbone }: StartingPoint): Float32Array[] {
  return [...modelVariables(backbone.model).values()].map((one) =>
    Float32Array.from(one.dataSync()),
  );
}

describe("the mean of captioners", () => {
  test("of one captioner, given up to five times, is that captioner to the last bit", async () => {
    await fc.assert(
      fc.asyncProperty(weights, fc.integer({ min: 1, max: 5 }), async (own, times) => {
        const mean = await meanOf(...Array.from({ length: times }, () => own));
        expect(bitsOf(mean)).toEqual(bitsOf(own));
      }),
      few,
    );
  });

  test("has each weight between those of its captioners", async () => {
    await fc.assert(
      fc.asyncProperty(weights, weights, async (one, other) => {
        for (const [at, value] of (await meanOf(one, other)).entries()) {
          const both = [one[at] ?? Number.NaN, other[at] ?? Number.NaN];
          expect(value).toBeGreaterThanOrEqual(Math.min(...both));
          expect(value).toBeLessThanOrEqual(Math.max(...both));
        }
      }),
      few,
    );
  });

  test("does not depend on their order", async () => {
    await fc.assert(
      fc.asyncProperty(weights, weights, weights, async (one, two, three) => {
        const mean = bitsOf(await meanOf(one, two, three));
        expect(bitsOf(await meanOf(three, one, two))).toEqual(mean);
        expect(bitsOf(await meanOf(two, one, three))).toEqual(mean);
      }),
      few,
    );
  });

  test("counts a captioner twice that is named twice", async () => {
    await fc.assert(
      fc.asyncProperty(weights, weights, async (one, other) => {
        for (const [at, value] of (await meanOf(one, one, other)).entries()) {
          const [a, b] = [one[at] ?? Number.NaN, other[at] ?? Number.NaN];
          expect(Math.abs(value - ((2 / 3) * a + (1 / 3) * b))).toBeLessThanOrEqual(
            ulp(Math.max(Math.abs(a), Math.abs(b))),
          );
        }
      }),
      few,
    );
  });

  test("has the mean of their backbones, fine-tuned if one of them is", async () => {
    const data = new Float32Array(COUNT);
    const [one, other] = [backboneWeights(startOf(data, 1)), backboneWeights(startOf(data, 2))];
    const mean = await averaged(startOf(data, 1, false), startOf(data, 2, true));
    for (const [index, values] of backboneWeights(mean).entries()) {
      const [left, right] = [one[index] ?? [], other[index] ?? []];
      const expected = Array.from(left, (value, at) =>
        Math.fround((value + (right[at] ?? Number.NaN)) / 2),
      );
      expect([...values]).toEqual(expected);
    }
    expect(one).not.toEqual(other);
    expect(mean.backbone).toMatchObject({ name: "small", fineTuned: true });
  });
});
