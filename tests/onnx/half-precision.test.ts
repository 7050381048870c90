import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { halfToNumber, LARGEST_HALF, numberToHalf } from "../../onnx/half-precision.ts";

/** Converts by Node's own function. */
function bitsOf(value: number): number {
  const view = new DataView(new ArrayBuffer(2));
  view.setFloat16(0, value);
  return view.getUint16(0);
}

const singles = fc.float({ min: Math.fround(-LARGEST_HALF), max: Math.fround(LARGEST_HALF) });

describe("half precision", () => {
  test("rounds like JavaScript", () => {
    const numbers = fc.oneof(
      singles.filter((value) => !Number.isNaN(value)),
      fc.float({ min: -Math.fround(1e-4), max: Math.fround(1e-4), noNaN: true }),
      // Halves and quarters between two neighbours.
      fc
        .tuple(fc.integer({ min: 0, max: 0x7bfe }), fc.constantFrom(0.25, 0.5, 0.75))
        .map(([half, part]) =>
          Math.fround(halfToNumber(half) * (1 - part) + halfToNumber(half + 1) * part),
        ),
    );
    fc.assert(
      fc.property(numbers, (value) => {
        expect(numberToHalf(value)).toBe(bitsOf(value));
      }),
      { numRuns: 5000 },
    );
  });

  test("every half-precision number survives a round trip", () => {
    for (let half = 0; half < 0x10000; half += 1) {
      const value = halfToNumber(half);
      if (Number.isFinite(value)) expect(numberToHalf(value)).toBe(half);
    }
    expect(halfToNumber(0x7c00)).toBe(Number.POSITIVE_INFINITY);
    expect(halfToNumber(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
    expect(halfToNumber(0x7e00)).toBeNaN();
  });
});
