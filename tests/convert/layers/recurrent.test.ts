import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tf } from "../../support/tensorflow.ts";
import {
  chain,
  errorOf,
  expectSame,
  operations,
  type Symbolic,
  scramble,
  tolerance,
} from "../support.ts";

const fused = ["tanh", "relu", "sigmoid", "hardSigmoid", "softsign", "linear", "elu"] as const;
const unfused = ["selu", "relu6", "swish", "softmax"] as const;

const options = fc.record({
  units: fc.integer({ min: 1, max: 4 }),
  activation: fc.constantFrom(...fused, ...unfused),
  useBias: fc.boolean(),
  returnSequences: fc.boolean(),
  returnState: fc.boolean(),
  goBackwards: fc.boolean(),
});
const gates = fc.constantFrom("sigmoid", "hardSigmoid", "softsign");

/** A layer that returns its state gives several outputs: all of them are compared. */
function model(layer: { apply(x: unknown, kwargs?: object): unknown }, masked: boolean) {
  const input = tf.input({ shape: [null, 3], name: "x" });
  const x = masked ? tf.layers.masking({ maskValue: 0 }).apply(input) : input;
  const outputs = [layer.apply(x)].flat() as Symbolic[];
  return scramble(tf.model({ inputs: input, outputs }));
}

describe.each(["simpleRNN", "gru", "lstm"] as const)("%s", (kind) => {
  test("gives the same outputs and states with every combination of options", async () => {
    await fc.assert(
      fc.asyncProperty(
        options,
        gates,
        fc.boolean(),
        async (config, recurrentActivation, masked) => {
          const layer = tf.layers[kind]({ ...config, recurrentActivation } as never);
          expect(await errorOf(model(layer, masked))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("takes initial states from other inputs", async () => {
    const x = tf.input({ shape: [null, 3] });
    const count = kind === "lstm" ? 2 : 1;
    const states = Array.from({ length: count }, () => tf.input({ shape: [4] }));
    const layer = tf.layers[kind]({ units: 4, returnState: true, returnSequences: true } as never);
    const outputs = layer.apply([x, ...states] as Symbolic[]) as Symbolic[];
    await expectSame(scramble(tf.model({ inputs: [x, ...states], outputs })));
  });

  test("is converted to one operation", () => {
    const layer = tf.layers[kind]({ units: 4 } as never);
    expect(operations(model(layer, false))).toMatchObject({
      [{ simpleRNN: "RNN", gru: "GRU", lstm: "LSTM" }[kind]]: 1,
    });
  });
});

describe("wrappers of cells", () => {
  test("rnn runs a cell, and cells on top of one another", async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.boolean(), async (config, masked) => {
        const { units, activation, ...rest } = config;
        const cell = [
          tf.layers.lstmCell({ units, activation }),
          tf.layers.gruCell({ units: 3 }),
          tf.layers.simpleRNNCell({ units: 2 }),
        ];
        const layer = tf.layers.rnn({ ...rest, cell } as never);
        expect(await errorOf(model(layer, masked))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 12 },
    );
    await expectSame(chain([5, 3], tf.layers.rnn({ cell: tf.layers.gruCell({ units: 4 }) })));
  });

  test("bidirectional merges as asked, with states and masks", async () => {
    const modes = fc.constantFrom("concat", "sum", "mul", "ave", null);
    const kinds = fc.constantFrom("lstm", "gru", "simpleRNN");
    await fc.assert(
      fc.asyncProperty(
        options,
        modes,
        kinds,
        fc.boolean(),
        async (config, mergeMode, kind, masked) => {
          const inner = tf.layers[kind as "lstm"](config as never);
          const layer = tf.layers.bidirectional({
            layer: inner as never,
            mergeMode: mergeMode as never,
          });
          expect(await errorOf(model(layer, masked))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("bidirectional takes initial states for both directions", async () => {
    const x = tf.input({ shape: [6, 3] });
    const states = Array.from({ length: 4 }, () => tf.input({ shape: [4] }));
    const inner = tf.layers.lstm({ units: 4, returnState: true });
    const layer = tf.layers.bidirectional({ layer: inner as never, mergeMode: "concat" });
    const outputs = layer.apply([x, ...states]) as Symbolic[];
    await expectSame(scramble(tf.model({ inputs: [x, ...states], outputs })));
  });
});
