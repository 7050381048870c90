import { describe, expect, test } from "vitest";
import { tf } from "../../support/tensorflow.ts";
import { expectSame, type Layer, operations, type Symbolic, scramble } from "../support.ts";

/** A merge of inputs of these shapes. */
function merged(layer: Layer, ...shapes: (number | null)[][]) {
  const inputs = shapes.map((shape) => tf.input({ shape }));
  return scramble(tf.model({ inputs, outputs: layer.apply(inputs) as Symbolic }));
}

describe("merge layers give the same numbers in ONNX:", () => {
  test.each(["add", "multiply", "average", "maximum", "minimum"] as const)("%s", async (kind) => {
    await expectSame(merged(tf.layers[kind]() as Layer, [4, 3], [4, 3]));
    await expectSame(merged(tf.layers[kind]() as Layer, [4, 3], [4, 3], [4, 3]));
    await expectSame(merged(tf.layers[kind]() as Layer, [4, 3], [1, 3], [4, 1]));
    await expectSame(merged(tf.layers[kind]() as Layer, [5, 4, 3], [3]));
  });

  test("Concatenate along any axis", async () => {
    await expectSame(merged(tf.layers.concatenate({ axis: 1 }), [2, 3], [5, 3]));
    await expectSame(merged(tf.layers.concatenate({ axis: 2 }), [4, 3], [4, 2]));
    await expectSame(merged(tf.layers.concatenate({ axis: -1 }), [4, 3], [4, 2], [4, 1]));
    await expectSame(merged(tf.layers.concatenate(), [null, 3], [null, 2]));
  });

  test("Concatenate along any negative axis, although tfjs takes each for the last", async () => {
    await expectSame(merged(tf.layers.concatenate({ axis: -2 }), [2, 3], [5, 3]));
    await expectSame(merged(tf.layers.concatenate({ axis: -3 }), [2, 3, 4], [5, 3, 4]));
  });

  test("Dot of vectors, matrices and one of each, with and without normalization", async () => {
    for (const normalize of [true, false]) {
      await expectSame(merged(tf.layers.dot({ axes: -1, normalize }), [4], [4]));
      await expectSame(merged(tf.layers.dot({ axes: [1, 1], normalize }), [4], [4, 3]));
      await expectSame(merged(tf.layers.dot({ axes: [1, 2], normalize }), [4], [3, 4]));
      await expectSame(merged(tf.layers.dot({ axes: [1, 1], normalize }), [4, 3], [4]));
      await expectSame(merged(tf.layers.dot({ axes: [2, 1], normalize }), [4, 3], [3]));
      for (const axes of [
        [1, 1],
        [2, 1],
        [1, 2],
        [2, 2],
      ] as [number, number][]) {
        const right = axes[1] === 1 ? [4, 5] : [5, 4];
        const left = axes[0] === 1 ? [4, 3] : [3, 4];
        await expectSame(merged(tf.layers.dot({ axes, normalize }), left, right));
      }
    }
  });

  test("one input used twice", async () => {
    const x = tf.input({ shape: [4] });
    const outputs = tf.layers.add().apply([x, x]) as Symbolic;
    const model = tf.model({ inputs: x, outputs });
    expect(operations(model)).toEqual({ Add: 1 });
    await expectSame(model);
  });
});
