import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tf } from "../support/tensorflow.ts";
import {
  errorOf,
  expectAlike,
  expectSame,
  type Layer,
  operations,
  type Symbolic,
  scramble,
  tolerance,
} from "./support.ts";

const convolution = (filters: number, strides = 1) =>
  tf.layers.conv2d({ filters, kernelSize: 3, strides, padding: "same", activation: "relu" });

function through(x: Symbolic, ...layers: unknown[]): Symbolic {
  return layers.reduce<Symbolic>((y, layer) => (layer as Layer).apply(y) as Symbolic, x);
}

describe("whole networks give the same numbers in ONNX:", () => {
  test("an inverted residual network like MobileNetV2", async () => {
    const x = tf.input({ shape: [32, 32, 3], name: "image" });
    const relu6 = () => tf.layers.reLU({ maxValue: 6 });
    const block = (y: Symbolic, channels: number, strides: number) => {
      const expanded = through(
        y,
        tf.layers.conv2d({ filters: 24, kernelSize: 1, useBias: false }),
        tf.layers.batchNormalization(),
        relu6(),
        ...(strides === 2
          ? [
              tf.layers.zeroPadding2d({
                padding: [
                  [0, 1],
                  [0, 1],
                ],
              }),
            ]
          : []),
        tf.layers.depthwiseConv2d({
          kernelSize: 3,
          strides,
          padding: strides === 2 ? "valid" : "same",
          useBias: false,
        }),
        tf.layers.batchNormalization(),
        relu6(),
        tf.layers.conv2d({ filters: channels, kernelSize: 1, useBias: false }),
        tf.layers.batchNormalization(),
      );
      const same = strides === 1 && y.shape[3] === channels;
      return same ? (tf.layers.add().apply([y, expanded]) as Symbolic) : expanded;
    };
    const stem = through(
      x,
      tf.layers.rescaling({ scale: 1 / 127.5, offset: -1 }),
      convolution(8, 2),
    );
    const features = block(block(block(stem, 8, 1), 12, 2), 12, 1);
    const y = through(
      features,
      tf.layers.globalAveragePooling2d({} as never),
      tf.layers.dense({ units: 10, activation: "softmax" }),
    );
    const model = scramble(tf.model({ inputs: x, outputs: y }));
    await expectSame(model, { inputTypes: { image: "uint8" } });
    const kinds = operations(model, { inputTypes: { image: "uint8" } });
    expect(kinds).toMatchObject({ Transpose: 1, Cast: 1, Conv: 10 });
    expect(kinds).not.toHaveProperty("BatchNormalization");
    expect(kinds).not.toHaveProperty("Pad");
  });

  test("a U-Net on images of any size", async () => {
    const x = tf.input({ shape: [null, null, 3] });
    const top = through(x, convolution(4));
    const middle = through(top, tf.layers.maxPooling2d({ poolSize: 2 }), convolution(6));
    const bottom = through(middle, tf.layers.maxPooling2d({ poolSize: 2 }), convolution(8));
    const up = (y: Symbolic, skip: Symbolic, filters: number) => {
      const larger = through(y, tf.layers.conv2dTranspose({ filters, kernelSize: 2, strides: 2 }));
      return through(
        tf.layers.concatenate().apply([larger, skip]) as Symbolic,
        convolution(filters),
      );
    };
    const y = up(up(bottom, middle, 6), top, 4);
    const outputs = through(
      y,
      tf.layers.conv2d({ filters: 2, kernelSize: 1, activation: "softmax" }),
    );
    const model = tf.model({ inputs: x, outputs });
    expect(operations(model).Transpose).toBe(2);
    // Halving twice needs sides that are divisible by four; the proof starts with 20.
    const fixed = tf.input({ shape: [24, 16, 3] });
    await expectSame(
      scramble(tf.model({ inputs: fixed, outputs: model.apply(fixed) as Symbolic })),
    );
  });

  test("a bidirectional tagger with masks", async () => {
    const x = tf.input({ shape: [null], dtype: "int32" });
    const lstm = () =>
      tf.layers.bidirectional({
        layer: tf.layers.lstm({
          units: 6,
          returnSequences: true,
          recurrentActivation: "sigmoid",
        }) as never,
        mergeMode: "concat",
      });
    const y = through(
      x,
      tf.layers.embedding({ inputDim: 20, outputDim: 8, maskZero: true }),
      lstm(),
      lstm(),
      tf.layers.timeDistributed({
        layer: tf.layers.dense({ units: 5, activation: "softmax" }) as never,
      }),
    );
    await expectSame(scramble(tf.model({ inputs: x, outputs: y })));
  });

  test("a sequence-to-sequence model with states and attention", async () => {
    const source = tf.input({ shape: [null], dtype: "int32", name: "source" });
    const target = tf.input({ shape: [null], dtype: "int32", name: "target" });
    const embed = () => tf.layers.embedding({ inputDim: 15, outputDim: 6 });
    const encoder = tf.layers.lstm({ units: 8, returnSequences: true, returnState: true });
    const [memory, h, c] = encoder.apply(through(source, embed())) as [
      Symbolic,
      Symbolic,
      Symbolic,
    ];
    const decoder = tf.layers.lstm({ units: 8, returnSequences: true });
    const queries = decoder.apply([through(target, embed()), h, c]) as Symbolic;
    const scores = tf.layers.dot({ axes: [2, 2] }).apply([queries, memory]) as Symbolic;
    const weights = through(scores, tf.layers.activation({ activation: "softmax" }));
    const context = tf.layers.dot({ axes: [2, 1] }).apply([weights, memory]) as Symbolic;
    const joined = tf.layers.concatenate().apply([context, queries]) as Symbolic;
    const y = through(joined, tf.layers.dense({ units: 15, activation: "softmax" }));
    await expectSame(scramble(tf.model({ inputs: [source, target], outputs: [y, weights] })));
  });

  test("a recurrence of sixty steps", async () => {
    const x = tf.input({ shape: [60, 5] });
    const y = through(
      x,
      tf.layers.gru({ units: 12, returnSequences: true }),
      tf.layers.lstm({ units: 12 }),
    );
    expect(await errorOf(scramble(tf.model({ inputs: x, outputs: y })))).toBeLessThanOrEqual(1e-4);
  });

  test("ConvLSTM2D with every option", async () => {
    const options = fc.record({
      padding: fc.constantFrom("same", "valid"),
      returnSequences: fc.boolean(),
      returnState: fc.boolean(),
      goBackwards: fc.boolean(),
      useBias: fc.boolean(),
      dataFormat: fc.constantFrom("channelsLast", "channelsFirst"),
    });
    const window = fc.constantFrom({ strides: 2 }, { dilationRate: 2 }, {});
    await fc.assert(
      fc.asyncProperty(options, window, async (config, sizes) => {
        const first = config.dataFormat === "channelsFirst";
        const x = tf.input({ shape: first ? [3, 2, 7, 6] : [3, 7, 6, 2] });
        const layer = tf.layers.convLstm2d({
          ...config,
          ...sizes,
          filters: 3,
          kernelSize: 3,
        } as never);
        const outputs = [layer.apply(x)].flat() as Symbolic[];
        const model = scramble(tf.model({ inputs: x, outputs }));
        expect(await errorOf(model)).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 15 },
    );
  });
});

/** A step of a random network on a tensor of rank 2 to 4. */
type Step = (x: Symbolic, channels: number) => Symbolic | undefined;

/** Where a window of two fits. */
const isLarge = ({ shape: [, height, width] }: Symbolic) => Math.min(height ?? 0, width ?? 0) > 1;

const onImages: Step[] = [
  (x, channels) => through(x, convolution(channels)),
  (x, channels) => {
    const layer = tf.layers.conv2d({ filters: channels, kernelSize: 2 });
    return isLarge(x) ? through(x, layer, tf.layers.batchNormalization()) : undefined;
  },
  (x) => through(x, tf.layers.depthwiseConv2d({ kernelSize: 3, padding: "same" })),
  (x) => through(x, tf.layers.maxPooling2d({ poolSize: 2, padding: "same" })),
  (x) => through(x, tf.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" })),
  (x) => through(x, tf.layers.batchNormalization(), tf.layers.leakyReLU()),
  (x) => through(x, tf.layers.upSampling2d({})),
  (x) => through(x, tf.layers.zeroPadding2d()),
  (x) => through(x, tf.layers.layerNormalization({})),
  (x) => through(x, tf.layers.permute({ dims: [2, 1, 3] })),
  (x, channels) =>
    tf.layers.concatenate().apply([x, through(x, convolution(channels))]) as Symbolic,
  (x) => tf.layers.add().apply([x, through(x, convolution(x.shape[3] ?? 1))]) as Symbolic,
  (x) => through(x, tf.layers.globalAveragePooling2d({} as never)),
  (x) => through(x, tf.layers.flatten()),
  (x) =>
    through(
      x,
      tf.layers.reshape({ targetShape: [(x.shape[1] ?? 1) * (x.shape[2] ?? 1), x.shape[3] ?? 1] }),
    ),
];

const onSequences: Step[] = [
  (x, channels) =>
    through(x, tf.layers.conv1d({ filters: channels, kernelSize: 2, padding: "same" })),
  (x, channels) => through(x, tf.layers.lstm({ units: channels, returnSequences: true })),
  (x, channels) => through(x, tf.layers.gru({ units: channels })),
  (x, channels) => through(x, tf.layers.dense({ units: channels, activation: "tanh" })),
  (x) => through(x, tf.layers.permute({ dims: [2, 1] })),
  (x) => through(x, tf.layers.globalMaxPooling1d()),
  (x) => through(x, tf.layers.softmax({ axis: -1 })),
];

const onVectors: Step[] = [
  (x, channels) => through(x, tf.layers.dense({ units: channels, activation: "relu" })),
  (x) => through(x, tf.layers.batchNormalization()),
  (x, channels) => through(x, tf.layers.repeatVector({ n: channels })),
  (x) =>
    tf.layers
      .multiply()
      .apply([x, through(x, tf.layers.activation({ activation: "sigmoid" }))]) as Symbolic,
];

test("two hundred random networks", { timeout: 60_000 }, async () => {
  const step = fc.record({ pick: fc.nat(1000), channels: fc.integer({ min: 1, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 7 }),
      fc.constantFrom(17, 20),
      async (steps, opset) => {
        const input = tf.input({ shape: [7, 6, 2] });
        let x: Symbolic = input;
        for (const { pick, channels } of steps) {
          const list = { 2: onVectors, 3: onSequences, 4: onImages }[x.shape.length] ?? [];
          x = list[pick % list.length]?.(x, channels) ?? x;
        }
        const model = scramble(tf.model({ inputs: input, outputs: x }));
        // Some of them make an output small by subtracting what is nearly equal.
        await expectAlike(model, { opset });
        model.dispose();
      },
    ),
    { numRuns: 200 },
  );
});
