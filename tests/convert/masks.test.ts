import { describe, expect, test } from "vitest";
import { tf } from "../support/tensorflow.ts";
import { expectSame, type Layer, operations, type Symbolic, scramble } from "./support.ts";

function embedded(name: string, length: number | null = null) {
  const input = tf.input({ shape: [length], dtype: "int32", name });
  const layer = tf.layers.embedding({ inputDim: 4, outputDim: 3, maskZero: true });
  return { input, output: layer.apply(input) as Symbolic };
}

function model(inputs: Symbolic[], outputs: Symbolic | Symbolic[]) {
  return scramble(tf.model({ inputs, outputs }));
}

const last = (x: Symbolic, units = 3) => tf.layers.lstm({ units }).apply(x) as Symbolic;

describe("masks, as in Keras,", () => {
  test("pass from an embedding through layers that keep them", async () => {
    const { input, output } = embedded("tokens");
    const kept = [
      tf.layers.dropout({ rate: 0.2 }),
      tf.layers.dense({ units: 4, activation: "tanh" }),
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation: "relu" }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }) as never }),
    ].reduce((x, layer) => (layer as Layer).apply(x) as Symbolic, output);
    const tested = model([input], last(kept));
    expect(operations(tested)).toHaveProperty("Scan");
    await expectSame(tested);
  });

  test("pass through a stack of recurrent layers", async () => {
    const { input, output } = embedded("tokens");
    const first = tf.layers.gru({ units: 4, returnSequences: true }).apply(output);
    const inner = tf.layers.lstm({ units: 3, returnSequences: true });
    const second = tf.layers.bidirectional({ layer: inner as never, mergeMode: "concat" });
    await expectSame(model([input], last(second.apply(first as Symbolic) as Symbolic)));
  });

  test("of merged inputs are joined", async () => {
    for (const kind of ["add", "multiply", "average", "maximum", "minimum"] as const) {
      const left = embedded("left", 6);
      const right = embedded("right", 6);
      const merged = tf.layers[kind]().apply([left.output, right.output]) as Symbolic;
      await expectSame(model([left.input, right.input], last(merged)));
    }
  });

  test("are concatenated along time, and otherwise joined", async () => {
    for (const axis of [1, 2]) {
      const left = embedded("left", 6);
      const right = embedded("right", 6);
      const plain = tf.input({ shape: [6, 3], name: "plain" });
      const merged = tf.layers.concatenate({ axis }).apply([left.output, plain, right.output]);
      await expectSame(model([left.input, right.input, plain], last(merged as Symbolic)));
    }
  });

  test("end at a layer that does not support them", async () => {
    const { input, output } = embedded("tokens", 6);
    const convolved = tf.layers.conv1d({ filters: 3, kernelSize: 2 }).apply(output) as Symbolic;
    const tested = model([input], last(convolved));
    expect(operations(tested)).not.toHaveProperty("Scan");
    await expectSame(tested);
  });

  test("of one branch do not leak into another", async () => {
    const masked = embedded("tokens", 6);
    const free = tf.input({ shape: [4, 3], name: "free" });
    const states = tf.layers
      .lstm({ units: 3, returnState: true })
      .apply(masked.output) as Symbolic[];
    const decoder = tf.layers.lstm({ units: 3, returnSequences: true });
    const outputs = decoder.apply([free, ...states.slice(1)]) as Symbolic;
    const tested = model([masked.input, free], outputs);
    expect(operations(tested)).toMatchObject({ Scan: 1, LSTM: 1 });
    await expectSame(tested);
  });

  test("pass into and out of a nested model", async () => {
    const inside = tf.input({ shape: [null, 3] });
    const body = tf.layers.gru({ units: 3, returnSequences: true }).apply(inside) as Symbolic;
    const inner = tf.model({ inputs: inside, outputs: body });
    const { input, output } = embedded("tokens");
    await expectSame(model([input], last(inner.apply(output) as Symbolic)));
  });
});
