import { describe, expect, test } from "vitest";
import { WeightAverage } from "../../../train/optimise/average.ts";
import { tf } from "../../support/tensorflow.ts";

const decay = 0.6;
const values = [1, 5, 2, 8, -3, 0, 4, 4, 9, 1];

function run(from = 0, to = values.length, own = decay) {
  const variable = tf.variable(tf.scalar(values[from] ?? 0));
  const average = new WeightAverage(tf, new Map([["weight", variable]]), own);
  for (const value of values.slice(from + 1, to)) {
    variable.assign(tf.scalar(value));
    average.update();
  }
  return { variable, average };
}

/** Computes the average of all values in double precision. */
function definition(own: number): number {
  return values.slice(1).reduce((mean, value, index) => {
    const step = index + 1;
    const kept = Math.min(own, (1 + step) / (10 + step));
    return kept * mean + (1 - kept) * value;
  }, values[0] ?? 0);
}

async function read(average: WeightAverage, variable: { dataSync(): ArrayLike<number> }) {
  return average.with(async () => variable.dataSync()[0] ?? Number.NaN);
}

describe("the average of weights", () => {
  test("forgets the first weights quickly, then decays by its decay", async () => {
    for (const own of [0, 0.3, decay, 0.998]) {
      const { variable, average } = run(0, values.length, own);
      expect(await read(average, variable)).toBeCloseTo(definition(own), 5);
    }
  });

  test("without decay holds the newest weights", async () => {
    const { variable, average } = run(0, values.length, 0);
    expect(await read(average, variable)).toBe(values.at(-1));
  });

  test("restores the weights after use, even after a failure", async () => {
    const { variable, average } = run();
    const inside = await read(average, variable);
    expect(inside).not.toBe(values.at(-1));
    expect(variable.dataSync()[0]).toBe(values.at(-1));
    const failing = average.with(() => Promise.reject(new Error("no disk")));
    await expect(failing).rejects.toThrow("no disk");
    expect(variable.dataSync()[0]).toBe(values.at(-1));
    expect(await read(average, variable)).toBe(inside);
  });

  test("continues from its state without a difference", async () => {
    const { average } = run(0, 5);
    const { tensors, step } = average.state();
    const kept = new Map([...tensors].map(([name, tensor]) => [name, tensor.clone()]));
    const variable = tf.variable(tf.scalar(0));
    const second = new WeightAverage(tf, new Map([["weight", variable]]), decay);
    second.restore(kept, step);
    for (const value of values.slice(5)) {
      variable.assign(tf.scalar(value));
      second.update();
    }
    expect(await read(second, variable)).toBeCloseTo(definition(decay), 5);
  });
});
