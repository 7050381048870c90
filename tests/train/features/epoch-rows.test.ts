import { expect, test } from "vitest";
import { epochRows } from "../../../train/features/epoch-rows.ts";

function timesDrawn(weights: readonly number[], key = 1): Map<number, number> {
  const sets = weights.map((weight, index) => ({
    name: `set ${index}`,
    weight,
    first: 10 * index,
    count: 10,
  }));
  const times = new Map<number, number>();
  for (const row of epochRows(sets, key)) times.set(row, (times.get(row) ?? 0) + 1);
  return times;
}

test("an epoch draws every image once where all weights are 1", () => {
  const times = timesDrawn([1, 1]);
  expect([...times.keys()].sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(new Set(times.values())).toEqual(new Set([1]));
});

test("an epoch draws a set's images as often as its weight says", () => {
  const times = timesDrawn([0.5, 2.5]);
  const ofSet = (set: number) => [...times].filter(([row]) => Math.floor(row / 10) === set);
  expect(ofSet(0)).toHaveLength(5);
  expect(ofSet(1)).toHaveLength(10);
  expect(ofSet(1).reduce((sum, [, count]) => sum + count, 0)).toBe(25);
  expect(new Set(ofSet(1).map(([, count]) => count))).toEqual(new Set([2, 3]));
});

test("another epoch draws a different part of a set", () => {
  const part = (key: number) => [...timesDrawn([0.5], key).keys()].sort().join(",");
  expect(part(1)).not.toBe(part(2));
});
