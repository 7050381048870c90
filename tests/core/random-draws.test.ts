import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawKey, shuffledIndices, uniformDraws } from "../../core/random-draws.ts";

const keys = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** The correlation of two lists of uniform draws. */
function correlation(a: Float32Array, b: Float32Array): number {
  const products = a.map((value, index) => (value - 0.5) * ((b[index] ?? 0) - 0.5));
  return (12 * products.reduce((sum, product) => sum + product, 0)) / a.length;
}

describe("uniform draws", () => {
  test("are equal for equal keys, and longer lists begin like shorter ones", () => {
    fc.assert(
      fc.property(keys, fc.nat(50), (key, count) => {
        const draws = uniformDraws(key, count);
        expect(uniformDraws(key, count + 7).slice(0, count)).toEqual(draws);
      }),
    );
  });

  test("lie in [0, 1), evenly", () => {
    for (const key of [0, 1, 2 ** 31, drawKey(1, "frozen", 3)]) {
      const draws = uniformDraws(key, 20_000);
      const bins = new Array<number>(20).fill(0);
      for (const draw of draws) {
        const bin = Math.floor(draw * 20);
        bins[bin] = (bins[bin] ?? 0) + 1;
      }
      expect(bins).toHaveLength(20);
      // Chi-square with 19 degrees of freedom is below 43.8 with probability 0.999.
      const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(43.8);
    }
  });

  test("of neighbouring keys are independent", () => {
    const count = 10_000;
    for (let step = 0; step < 20; step++) {
      const own = uniformDraws(drawKey(1, "fine-tune", 1, step), count);
      const others = [
        drawKey(1, "fine-tune", 1, step + 1),
        drawKey(1, "fine-tune", 2, step),
        drawKey(2, "fine-tune", 1, step),
        drawKey(1, "frozen", 1, step),
        drawKey(drawKey(1, "fine-tune", 1, step), "words"),
      ];
      for (const other of others) {
        // Five standard deviations of the correlation of independent draws.
        expect(Math.abs(correlation(own, uniformDraws(other, count)))).toBeLessThan(5 / 100);
      }
    }
  });
});

describe("a draw's key", () => {
  test("depends on each part and on the boundaries between parts", () => {
    const all = [
      drawKey("a", "b"),
      drawKey("ab"),
      drawKey("b", "a"),
      drawKey("a", "b", 0),
      drawKey(1, 11),
      drawKey(11, 1),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test("is a whole number of 32 bits with few collisions", () => {
    const seen = new Set<number>();
    for (let epoch = 0; epoch < 20; epoch++) {
      for (let step = 0; step < 1000; step++) seen.add(drawKey(1, "frozen", epoch, step));
    }
    for (const key of seen) expect(key >>> 0).toBe(key);
    // By chance alone 20,000 keys of 32 bits share about 0.05.
    expect(seen.size).toBeGreaterThanOrEqual(19_998);
  });
});

describe("a shuffled order", () => {
  test("has every index once", () => {
    fc.assert(
      fc.property(keys, fc.nat(300), (key, count) => {
        const order = shuffledIndices(key, count);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
      }),
    );
  });

  test("has every index at every place equally often", () => {
    const count = 5;
    const rounds = 5000;
    const seen = Array.from({ length: count }, () => new Array<number>(count).fill(0));
    for (let round = 0; round < rounds; round++) {
      for (const [place, index] of shuffledIndices(drawKey("round", round), count).entries()) {
        const row = seen[place] ?? [];
        row[index] = (row[index] ?? 0) + 1;
      }
    }
    for (const times of seen.flat()) expect(Math.abs(times - rounds / count)).toBeLessThan(150);
  });
});
