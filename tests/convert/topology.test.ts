import { describe, expect, test } from "vitest";
import { convert } from "../../convert/index.ts";
import { readInitializers, readOnnx } from "../../onnx/index.ts";
import { tf } from "../support/tensorflow.ts";
import { expectSame, type Symbolic, scramble } from "./support.ts";

const dense = (units: number, name?: string) =>
  tf.layers.dense({ units, activation: "tanh", ...(name && { name }) });

describe("models of every shape give the same numbers in ONNX:", () => {
  test("several inputs and outputs, one of them also read inside", async () => {
    const left = tf.input({ shape: [3], name: "left" });
    const right = tf.input({ shape: [4], name: "right" });
    const middle = dense(5, "middle").apply(left) as Symbolic;
    const other = dense(5).apply(right) as Symbolic;
    const sum = tf.layers.add({ name: "sum" }).apply([middle, other]) as Symbolic;
    const model = tf.model({ inputs: [left, right], outputs: [sum, middle] });
    await expectSame(scramble(model));
    const { inputs, outputs } = convert(model);
    expect(inputs.map(({ name }) => name)).toEqual(["left", "right"]);
    expect(outputs.map(({ name }) => name)).toEqual(["sum", "middle"]);
  });

  test("an input that is also an output, and an output that is given twice", async () => {
    const x = tf.input({ shape: [3], name: "x" });
    const y = dense(2, "y").apply(x) as Symbolic;
    const model = tf.model({ inputs: x, outputs: [x, y, y] });
    await expectSame(scramble(model));
    expect(convert(model).outputs.map(({ name }) => name)).toEqual(["x_1", "y", "y_1"]);
  });

  test("a shared layer has one set of weights", async () => {
    const shared = dense(3, "shared");
    const x = tf.input({ shape: [3] });
    const outputs = shared.apply(shared.apply(x)) as Symbolic;
    const model = scramble(tf.model({ inputs: x, outputs }));
    await expectSame(model);
    const weights = readInitializers(readOnnx(convert(model).model));
    expect([...weights.keys()].toSorted()).toEqual(["shared/bias", "shared/kernel"]);
  });

  test("models inside models, used twice", async () => {
    const inside = tf.input({ shape: [3] });
    const inner = tf.model({
      inputs: inside,
      outputs: [dense(3).apply(inside) as Symbolic, dense(2).apply(inside) as Symbolic],
      name: "inner",
    });
    const first3 = tf.layers.dense({ units: 3, inputShape: [3] });
    const wrapper = tf.sequential({ layers: [first3, dense(3)] });
    const x = tf.input({ shape: [3] });
    const [first, second] = inner.apply(wrapper.apply(x) as Symbolic) as Symbolic[];
    const [again] = inner.apply(first as Symbolic) as Symbolic[];
    const outputs = [again, second] as Symbolic[];
    await expectSame(scramble(tf.model({ inputs: x, outputs })));
  });

  test("a sequential model, and one with a single fixed batch", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2] }),
        tf.layers.flatten(),
        dense(4),
      ],
    });
    await expectSame(scramble(model));
    await expectSame(model, { batch: 1 });
    expect(convert(model, { batch: 2 }).inputs[0]?.shape[0]).toBe(2);
  });

  test("a chain of a thousand layers", async () => {
    const x = tf.input({ shape: [2] });
    let y: Symbolic = x;
    for (let depth = 0; depth < 1000; depth += 1) {
      y = tf.layers
        .activation({ activation: depth % 2 ? "softsign" : "tanh" })
        .apply(y) as Symbolic;
    }
    const { model } = convert(tf.model({ inputs: x, outputs: y }));
    expect(readOnnx(model).graph?.node.length).toBe(1000);
  });
});
