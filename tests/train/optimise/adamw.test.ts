import type * as tfTypes from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { AdamW } from "../../../train/optimise/adamw.ts";
import { tf } from "../../support/tensorflow.ts";
import { randomTensor } from "../support.ts";

const weightDecay = 0.1;
const maximumNorm = 2;
const steps = 6;
/** A matrix and a bias with the full learning rate, and a kernel with a tenth of it. */
const shapes: Record<string, number[]> = { matrix: [3, 2], bias: [2], kernel: [2, 2, 1, 2] };
const factors: Record<string, number> = { matrix: 1, bias: 1, kernel: 0.1 };

function rateOf(step: number): number {
  return 0.01 * step;
}

/** Large at first, so that it is clipped, then small, so that it is not. */
function gradientOf(name: string, step: number): tfTypes.Tensor {
  return randomTensor(shapes[name] ?? [], `${name} ${step}`, step < 3 ? 5 : 0.2);
}

function makeVariables(): Map<string, tfTypes.Variable> {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => [name, tf.variable(randomTensor(shape, name))]),
  );
}

function makeOptimizer(variables: ReadonlyMap<string, tfTypes.Variable>): AdamW {
  const group = (factor: number) => ({
    rateFactor: factor,
    variables: new Map([...variables].filter(([name]) => factors[name] === factor)),
  });
  return new AdamW(tf, [group(1), group(0.1)], weightDecay);
}

function applyStep(
  optimizer: AdamW,
  variables: ReadonlyMap<string, tfTypes.Variable>,
  step: number,
) {
  const gradients = [...variables].map(([name, variable]) => [
    variable.name,
    gradientOf(name, step),
  ]);
  optimizer.apply(Object.fromEntries(gradients), rateOf(step), maximumNorm);
}

/** Computes algorithm 2 of Loshchilov and Hutter in double precision, number by number. */
function definition(): Map<string, number[]> {
  const values = new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      [...randomTensor(shape, name).dataSync()],
    ]),
  );
  const zeros = () => new Map([...values].map(([name, list]) => [name, list.map(() => 0)]));
  const [firsts, seconds] = [zeros(), zeros()];
  for (let step = 1; step <= steps; step++) {
    const gradients = new Map(
      [...values.keys()].map((name) => [name, [...gradientOf(name, step).dataSync()]]),
    );
    const norm = Math.hypot(...[...gradients.values()].flat());
    const scale = Math.min(1, maximumNorm / norm);
    for (const [name, list] of values) {
      const rate = rateOf(step) * (factors[name] ?? 0);
      const decay = (shapes[name] ?? []).length > 1 ? rate * weightDecay : 0;
      for (const [index, value] of list.entries()) {
        const gradient = scale * (gradients.get(name)?.[index] ?? 0);
        const first = 0.9 * (firsts.get(name)?.[index] ?? 0) + 0.1 * gradient;
        const second = 0.999 * (seconds.get(name)?.[index] ?? 0) + 0.001 * gradient ** 2;
        (firsts.get(name) ?? [])[index] = first;
        (seconds.get(name) ?? [])[index] = second;
        const unbiased = first / (1 - 0.9 ** step);
        const root = Math.sqrt(second / (1 - 0.999 ** step));
        list[index] = value - decay * value - (rate * unbiased) / (root + 1e-8);
      }
    }
  }
  return values;
}

function expectSame(
  variables: ReadonlyMap<string, tfTypes.Variable>,
  expected: Map<string, number[]>,
) {
  for (const [name, variable] of variables) {
    for (const [index, value] of [...variable.dataSync()].entries()) {
      expect(value, `${name}[${index}]`).toBeCloseTo(expected.get(name)?.[index] ?? Number.NaN, 5);
    }
  }
}

describe("AdamW", () => {
  test("takes the steps of its definition, with clipping, decay and groups", () => {
    const variables = makeVariables();
    const optimizer = makeOptimizer(variables);
    for (let step = 1; step <= steps; step++) applyStep(optimizer, variables, step);
    expectSame(variables, definition());
  });

  test("continues from its state without a difference", () => {
    const variables = makeVariables();
    const first = makeOptimizer(variables);
    for (let step = 1; step <= 2; step++) applyStep(first, variables, step);
    const { tensors, step: taken } = first.state();
    const second = makeOptimizer(variables);
    second.restore(new Map([...tensors].map(([name, tensor]) => [name, tensor.clone()])), taken);
    for (let step = 3; step <= steps; step++) applyStep(second, variables, step);
    expectSame(variables, definition());
  });

  test("pulls weights back to their anchor by its strength times the rate", () => {
    const [free, held] = [tf.variable(tf.tensor1d([4])), tf.variable(tf.tensor1d([4]))];
    const anchor = { strength: 0.5, weights: new Map([["held", tf.tensor1d([1])]]) };
    const variables = new Map([
      ["free", free],
      ["held", held],
    ]);
    const optimizer = new AdamW(tf, [{ variables, rateFactor: 1 }], 0, anchor);
    const nothing = tf.zeros([1]);
    optimizer.apply({ [free.name]: nothing, [held.name]: nothing }, 0.1, 1);
    expect(free.dataSync()[0]).toBe(4);
    expect(held.dataSync()[0]).toBeCloseTo(4 - 0.1 * 0.5 * 3, 6);
  });

  test("leaks no tensor", () => {
    const variables = makeVariables();
    const optimizer = makeOptimizer(variables);
    tf.tidy(() => applyStep(optimizer, variables, 1));
    const before = tf.memory().numTensors;
    tf.tidy(() => applyStep(optimizer, variables, 2));
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before - 6);
  });

  test("refuses a state that lacks a variable", () => {
    const optimizer = makeOptimizer(makeVariables());
    expect(() => optimizer.restore(new Map(), 1)).toThrow("the checkpoint lacks");
  });
});
