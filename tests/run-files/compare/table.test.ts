import { expect, test } from "vitest";
import { differenceText } from "../../../run-files/compare/table.ts";

test.each([
  [0.0123, 0.0031, 0.0214, "+0.012 [+0.003, +0.021] *"],
  [-0.0123, -0.0214, -0.0031, "-0.012 [-0.021, -0.003] *"],
  [0.0005, -0.0123, 0.0133, "+0.001 [-0.012, +0.013]"],
  [-0.0001, -0.0123, 0.0002, "0.000 [-0.012, 0.000]"],
])("a difference of %d from %d to %d is %s", (difference, low, high, text) => {
  expect(differenceText({ difference, interval: { low, high }, notBetter: 0.5 })).toBe(text);
});
