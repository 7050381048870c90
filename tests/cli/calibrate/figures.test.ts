import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  areaUnderRoc,
  calibrationError,
  calibrationInterval,
  type Judged,
  lowestThreshold,
  reliabilityBins,
  thresholdRow,
} from "../../../cli/calibrate/figures.ts";

/** Makes `count` captions of one confidence, some of which fit. */
function captions(confidence: number, count: number, fitting: number): Judged[] {
  return Array.from({ length: count }, (_, index) => ({ confidence, fits: index < fitting }));
}

describe("the area under the ROC curve", () => {
  test("is the share of pairs in the right order, ties counted half", () => {
    const scored = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(scored, { minLength: 2, maxLength: 30 }), (examples) => {
        const positives = examples.filter(([, fits]) => fits).map(([score]) => score);
        const negatives = examples.filter(([, fits]) => !fits).map(([score]) => score);
        fc.pre(positives.length > 0 && negatives.length > 0);
        const pairs = positives.flatMap((high) =>
          negatives.map((low): number => (high > low ? 1 : high === low ? 0.5 : 0)),
        );
        const share = pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
        const area = areaUnderRoc(
          examples.map(([score]) => score),
          examples.map(([, fits]) => fits),
        );
        expect(area).toBeCloseTo(share, 10);
      }),
    );
  });
});

describe("the calibration error", () => {
  const tenBins = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((bin) => captions(bin / 10, 10, bin));

  test("is zero if each confidence is the share that fits", () => {
    expect(calibrationError(tenBins)).toBeCloseTo(0, 10);
  });

  test("is the mean distance over ten bins of equal counts", () => {
    // Half of the bins claim 0.2 too much.
    const boasting = tenBins.map(({ confidence, fits }) => ({
      confidence: confidence >= 0.5 ? confidence + 0.2 : confidence,
      fits,
    }));
    expect(calibrationError(boasting)).toBeCloseTo(0.1, 10);
    expect(reliabilityBins(boasting).map(({ images }) => images)).toEqual(Array(10).fill(10));
  });

  test("has an interval, from samples of the images", () => {
    const { low, high } = calibrationInterval(tenBins);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low);
    expect(high).toBeLessThan(0.3);
  });
});

describe("a threshold", () => {
  const judged = [...captions(0.2, 100, 10), ...captions(0.6, 100, 70), ...captions(0.9, 60, 54)];

  test("keeps the captions that reach it, and says how many of these fit", () => {
    expect(thresholdRow(judged, 0.6)).toEqual({ threshold: 0.6, kept: 160 / 260, fits: 124 / 160 });
    expect(thresholdRow(judged, 0.95)).toEqual({ threshold: 0.95, kept: 0 });
  });

  test("is the lowest, in hundredths, at which enough of what is kept fits", () => {
    expect(lowestThreshold(judged, 0.8)).toBe(0.61);
    expect(lowestThreshold(judged, 0.75)).toBe(0.21);
    expect(lowestThreshold(judged, 0.1)).toBe(0);
  });

  test("is undefined if too few captions would be kept", () => {
    expect(lowestThreshold(judged, 0.95)).toBeUndefined();
    expect(lowestThreshold(captions(0.9, 49, 49), 0.8)).toBeUndefined();
  });
});
