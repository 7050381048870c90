import { describe, expect, test } from "vitest";
import { learningRate } from "../../../train/optimise/schedule.ts";

const schedule = { rate: 0.5, warmUpSteps: 10, totalSteps: 110, finalFraction: 0.1 };
const rates = Array.from({ length: 110 }, (_, step) => learningRate(schedule, step));

describe("the learning rate", () => {
  test("rises evenly to its highest value", () => {
    expect(rates.slice(0, 10)).toEqual(
      Array.from({ length: 10 }, (_, step) => expect.closeTo(0.05 * (step + 1), 12)),
    );
  });

  test("then falls half a cosine to its final fraction", () => {
    for (let step = 11; step < 110; step++) expect(rates[step]).toBeLessThan(rates[step - 1] ?? 0);
    expect(rates[10]).toBeCloseTo(0.5, 12);
    expect(rates[60]).toBeCloseTo((0.5 + 0.05) / 2, 12);
    expect(learningRate(schedule, 110)).toBeCloseTo(0.05, 12);
    expect(learningRate(schedule, 1000)).toBeCloseTo(0.05, 12);
  });

  test("starts at its highest value without a warm-up", () => {
    expect(learningRate({ ...schedule, warmUpSteps: 0 }, 0)).toBe(0.5);
  });

  test("reaches its highest value halfway through a stage that is shorter than the warm-up", () => {
    const short = { ...schedule, warmUpSteps: 100, totalSteps: 20 };
    expect(learningRate(short, 9)).toBeCloseTo(0.5, 12);
    expect(learningRate(short, 20)).toBeCloseTo(0.05, 12);
    expect(learningRate({ ...short, totalSteps: 1 }, 0)).toBeCloseTo(0.5, 12);
  });
});
