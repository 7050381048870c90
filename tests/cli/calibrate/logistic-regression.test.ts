import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitLogistic } from "../../../cli/calibrate/logistic-regression.ts";

/** Returns the gradient of the penalised loss, by its definition. */
function gradientAt(
  { bias, weights }: { bias: number; weights: readonly number[] },
  rows: readonly (readonly number[])[],
  outcomes: readonly boolean[],
  penalty: number,
): number[] {
  const errors = rows.map((row, index) => {
    const score = row.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias);
    return 1 / (1 + Math.exp(-score)) - (outcomes[index] ? 1 : 0);
  });
  const ofWeights = weights.map((weight, at) =>
    rows.reduce((sum, row, index) => sum + (errors[index] ?? 0) * (row[at] ?? 0), penalty * weight),
  );
  return [errors.reduce((sum, error) => sum + error, 0), ...ofWeights];
}

describe("a logistic regression", () => {
  test("of one flag gives the log odds of the two groups if the penalty is tiny", () => {
    const rows = [[0], [0], [0], [0], [1], [1], [1], [1], [1]];
    const outcomes = [true, false, false, false, true, true, true, true, false];
    const { bias, weights } = fitLogistic(rows, outcomes, 1e-9);
    expect(bias).toBeCloseTo(Math.log(1 / 3), 6);
    expect(weights[0]).toBeCloseTo(Math.log(4) - Math.log(1 / 3), 6);
  });

  test("ends where the gradient is zero, separable or not", () => {
    const value = fc.double({ min: -20, max: 20, noNaN: true });
    const example = fc.tuple(fc.tuple(value, value, value), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(example, { minLength: 2, maxLength: 40 }),
        fc.constantFrom(0.1, 1, 10),
        (examples, penalty) => {
          const outcomes = examples.map(([, outcome]) => outcome);
          fc.pre(new Set(outcomes).size === 2);
          const rows = examples.map(([row]) => row);
          const fit = fitLogistic(rows, outcomes, penalty);
          for (const slope of gradientAt(fit, rows, outcomes, penalty)) {
            expect(Math.abs(slope)).toBeLessThan(1e-6);
          }
        },
      ),
    );
  });

  test("of one outcome alone is refused", () => {
    expect(() => fitLogistic([[1], [2]], [true, true], 1)).toThrow(RangeError);
  });
});
