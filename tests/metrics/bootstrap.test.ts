import { describe, expect, test } from "vitest";
import {
  bootstrap,
  measure,
  measureIntervals,
  measureNames,
  measureSample,
  pairedBootstrap,
} from "../../metrics/index.ts";
import { words } from "./support.ts";

const subjects = ["a dog", "two cats", "the old man", "a red bus", "some birds"];
const verbs = ["runs on", "waits near", "looks at", "sleeps under"];
const places = ["the grass", "a house", "the river", "a big tree", "the street"];

/** Images whose candidate gets, by turns, one, two or three of its three parts right. */
function images(count: number, rightParts: (index: number) => number) {
  const of = <T>(list: readonly T[], index: number) => list[index % list.length] as T;
  return Array.from({ length: count }, (_, index) => {
    const parts = (shift: number) => [
      of(subjects, index + shift),
      of(verbs, Math.floor(index / 5) + shift),
      of(places, Math.floor(index / 3) + shift),
    ];
    const right = parts(0);
    const wrong = parts(1);
    const candidate = right
      .map((part, at) => (at < rightParts(index) ? part : wrong[at]))
      .join(" ");
    return {
      candidate: words(candidate),
      references: [words(right.join(" ")), words(`${right[0]} stays there`)],
    };
  });
}

function measured(set: ReturnType<typeof images>) {
  return measure(
    set.map((image) => image.candidate),
    set.map((image) => image.references),
  );
}

const mixed = measured(images(120, (index) => 1 + (index % 3)));

describe("bootstrap intervals", () => {
  test("of a mean agree with the normal approximation", () => {
    const values = Array.from({ length: 400 }, (_, index) => (index * 7919) % 100);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const halfWidth = 1.96 * Math.sqrt(variance / values.length);
    const meanOf = (sample: Uint32Array) =>
      sample.reduce((sum, index) => sum + (values[index] ?? Number.NaN), 0) / sample.length;
    const interval = bootstrap(values.length, meanOf, { resamples: 5000 });
    expect((mean - interval.low) / halfWidth).toBeCloseTo(1, 1);
    expect((interval.high - mean) / halfWidth).toBeCloseTo(1, 1);
  });

  test("contain the value of the whole set, for every measure", () => {
    const intervals = measureIntervals(mixed);
    for (const name of measureNames) {
      expect(intervals[name].low).toBeLessThan(mixed.corpus[name]);
      expect(intervals[name].high).toBeGreaterThan(mixed.corpus[name]);
    }
  });

  test("are equal for equal seeds and differ for different ones", () => {
    expect(measureIntervals(mixed)).toEqual(measureIntervals(mixed));
    expect(measureIntervals(mixed, { seed: 2 })).not.toEqual(measureIntervals(mixed));
  });

  test("narrow as images are added", () => {
    const width = (measures: typeof mixed) => {
      const { low, high } = measureIntervals(measures, { resamples: 300 })["CIDEr-D"];
      return high - low;
    };
    expect(width(measured(images(480, (index) => 1 + (index % 3))))).toBeLessThan(width(mixed));
  });
});

describe("a sample of the images", () => {
  test("with each image once has the values of the whole set", () => {
    const everyImage = mixed.cider.perImage.map((_, index) => index);
    expect(measureSample(mixed, everyImage)).toEqual(mixed.corpus);
  });

  test("pools BLEU's counts of the images drawn", () => {
    const [first, second] = [0, 1].map((index) => mixed.bleu.statistics[index]);
    const { "BLEU-1": bleu1 } = measureSample(mixed, [0, 0, 1]);
    const matches = 2 * (first?.matches[0] ?? 0) + (second?.matches[0] ?? 0);
    const totals = 2 * (first?.totals[0] ?? 0) + (second?.totals[0] ?? 0);
    const lengths = 2 * (first?.referenceLength ?? 0) + (second?.referenceLength ?? 0);
    const penalty = totals < lengths ? Math.exp(1 - lengths / totals) : 1;
    expect(bleu1).toBeCloseTo((matches / totals) * penalty, 7);
  });
});

describe("paired bootstrap", () => {
  test("reports a system that is better on every image as certainly better", () => {
    const worse = measured(images(120, () => 1));
    const better = measured(images(120, () => 2));
    const comparison = pairedBootstrap(worse, better, "CIDEr-D");
    expect(comparison.notBetter).toBe(0);
    expect(comparison.interval.low).toBeGreaterThan(0);
    expect(comparison.difference).toBe(better.corpus["CIDEr-D"] - worse.corpus["CIDEr-D"]);
  });

  test("reports no difference between a system and itself", () => {
    expect(pairedBootstrap(mixed, mixed, "BLEU-4")).toEqual({
      difference: 0,
      interval: { low: 0, high: 0 },
      notBetter: 1,
    });
  });

  test("refuses systems measured on different images", () => {
    expect(() => pairedBootstrap(mixed, measured(images(3, () => 1)), "CIDEr-D")).toThrow(
      RangeError,
    );
  });
});
