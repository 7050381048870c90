import { describe, expect, test } from "vitest";
import { loadModel } from "../../convert/index.ts";
import { tf } from "../support/tensorflow.ts";
import { expectClose, ofKeras, outputOf, published, type WeightOfFile } from "./keras-support.ts";

const input = (name: string, shape: (number | null)[]) => ({
  class_name: "InputLayer",
  name,
  config: { name, batch_input_shape: [null, ...shape], dtype: "float32" },
  inbound_nodes: [],
});

/** A functional model of one input and one layer. */
const functional = (layers: Record<string, unknown>[], output: string) => ({
  className: "Functional",
  config: {
    name: "m",
    layers: [input("x", [2]), ...layers],
    input_layers: [["x", 0, 0]],
    output_layers: [[output, 0, 0]],
  },
});

/** Arithmetic as Keras 2 writes it. */
const lambda = (name: string, called: string, node: unknown) => ({
  class_name: "TFOpLambda",
  name,
  config: { name, function: called },
  inbound_nodes: [node],
});

const sequential = (className: string, config: object, shape: (number | null)[]) => ({
  config: {
    name: "s",
    layers: [
      {
        class_name: className,
        config: { name: "layer", batch_input_shape: [null, ...shape], ...config },
      },
    ],
  },
});

const image = () => tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);

describe("arithmetic that Keras 2 writes as layers", () => {
  test("scales pixels by numbers", async () => {
    const model = await loadModel(tf, published("k2_truediv_255"));
    const pixels = tf.range(0, 192).reshape([1, 8, 8, 3]);
    const expected = Array.from({ length: 192 }, (_, value) => value / 127.5 - 1);
    expectClose(await outputOf(model, pixels), expected);
  });

  test.each([
    ["x + 3", "__operators__.add", ["x", 0, 0, { y: 3, name: null }], [4, 13]],
    ["x - 3", "math.subtract", [["x", 0, 0, { y: 3 }]], [-2, 7]],
    ["3 - x", "math.subtract", ["_CONSTANT_VALUE", -1, 3, { y: ["x", 0, 0] }], [2, -7]],
    ["3 x", "math.multiply", ["_CONSTANT_VALUE", -1, 3, { y: ["x", 0, 0] }], [3, 30]],
    ["-x", "math.negative", ["x", 0, 0, { name: null }], [-1, -10]],
    ["x * x", "math.multiply", ["x", 0, 0, { y: ["x", 0, 0] }], [1, 100]],
    ["x - x", "math.subtract", ["x", 0, 0, { y: ["x", 0, 0] }], [0, 0]],
  ])("%s", async (_, called, node, expected) => {
    const model = await ofKeras(functional([lambda("op", called, node)], "op"));
    expectClose(await outputOf(model, tf.tensor([[1, 10]])), expected);
  });

  test("is refused if no layer can replace it: 3 / x, and other functions", async () => {
    for (const [called, node] of [
      ["math.truediv", ["_CONSTANT_VALUE", -1, 3, { y: ["x", 0, 0] }]],
      ["math.reduce_mean", ["x", 0, 0, { axis: 1 }]],
    ] as const) {
      const file = functional([lambda("op", called, node)], "op");
      await expect(ofKeras(file)).rejects.toThrow(/"op" \(TFOpLambda\)/);
    }
  });
});

describe("layers of Keras that TensorFlow.js lacks are converted:", () => {
  test("Subtract of two tensors", async () => {
    const twice = lambda("twice", "math.multiply", ["x", 0, 0, { y: 2 }]);
    const subtract = {
      class_name: "Subtract",
      name: "less",
      config: { name: "less" },
      inbound_nodes: [
        [
          ["x", 0, 0, {}],
          ["twice", 0, 0, {}],
        ],
      ],
    };
    const model = await ofKeras(functional([twice, subtract], "less"));
    expectClose(await outputOf(model, tf.tensor([[1, 10]])), [-1, -10]);
  });

  test("Normalization with statistics among the weights", async () => {
    const statistics: WeightOfFile[] = [
      ["layer/mean", [2], [1, 2]],
      ["layer/variance", [2], [4, 0]],
      ["layer/count", [], [7]],
    ];
    const config = { axis: [-1], invert: false, mean: null, variance: null };
    const file = { ...sequential("Normalization", config, [2]), weights: statistics };
    const y = await outputOf(await ofKeras(file), tf.tensor([[5, 2]]));
    expectClose(y, [2, 0]);
  });

  test.each([
    [false, [2, 8]],
    [true, [11, 42]],
  ])("Normalization with statistics among the options, inverse: %s", async (invert, expected) => {
    const config = { axis: -1, invert, mean: [[1, 2]], variance: [[4, 16]] };
    const model = await ofKeras(sequential("Normalization", config, [2]));
    const x = tf.tensor([[5, invert ? 10 : 34]]);
    expectClose(await outputOf(model, x), expected);
  });

  test("Normalization by a single number, and along an axis in the middle", async () => {
    const single = { axis: null, invert: false, mean: 2, variance: 4 };
    const one = await ofKeras(sequential("Normalization", single, [2]));
    expectClose(await outputOf(one, tf.tensor([[2, 6]])), [0, 2]);
    const rows = { axis: 1, invert: false, mean: [1, 2], variance: [1, 4] };
    const two = await ofKeras(sequential("Normalization", rows, [2, 2]));
    expectClose(
      await outputOf(
        two,
        tf.tensor([
          [
            [1, 2],
            [4, 6],
          ],
        ]),
      ),
      [0, 1, 1, 2],
    );
  });

  test.each([
    "Identity",
    "ActivityRegularization",
    "SpatialDropout2D",
    "RandomFlip",
    "RandomRotation",
    "RandomBrightness",
    "RandomContrast",
    "RandomZoom",
    "RandomWidth",
  ])("%s passes its input on", async (className) => {
    const model = await ofKeras(sequential(className, { rate: 0.5, factor: 0.2 }, [2, 2, 1]));
    expect(await outputOf(model, image())).toEqual([1, 2, 3, 4]);
  });

  test.each(["normalization", "random_aug_first", "spatial_dropout2d", "class_Identity"])(
    "%s, as it was published",
    async (name) => {
      const model = await loadModel(tf, published(name));
      const shape = model.inputs[0]?.shape.map((size) => size ?? 1) ?? [];
      const values = await outputOf(model, tf.ones(shape));
      expect(values.every(Number.isFinite)).toBe(true);
    },
  );
});

describe("output_padding of a transposed convolution", () => {
  test("that gives the usual size is read", async () => {
    const model = await loadModel(tf, published("outpad_k9s2op1"));
    expect(await outputOf(model, tf.ones([1, 5, 5, 2]))).toHaveLength(10 * 10 * 2);
  });
});

describe("resizing in Keras files", () => {
  const corners = tf.tensor4d([0, 1, 0, 1], [1, 2, 2, 1]);

  test.each([
    ["k3_upsampling_bilinear", [0, 0.5, 1, 1], [0, 0.25, 0.75, 1]],
    ["k3_resizing", [0, 1 / 3, 2 / 3, 1], [0, 0.25, 0.75, 1]],
  ])("%s: as TensorFlow.js does it, said so, or as Keras does", async (name, tfjs, keras) => {
    const notes: string[] = [];
    const plain = await loadModel(tf, published(name), { note: (line) => notes.push(line) });
    const rows = (row: readonly number[]) => Array.from({ length: 4 }, () => row).flat();
    expectClose(await outputOf(plain, corners), rows(tfjs));
    expect(notes).toEqual([expect.stringMatching(/resizes images as TensorFlow\.js does/)]);
    const quiet: string[] = [];
    const options = { kerasResizing: true, note: (line: string) => quiet.push(line) };
    const model = await loadModel(tf, published(name), options);
    expectClose(await outputOf(model, corners), rows(keras));
    expect(quiet).toEqual([]);
  });

  test("to the nearest pixel, and to other sizes", async () => {
    const size = { height: 3, width: 5, data_format: "channels_last" };
    const nearest = { ...size, interpolation: "nearest" };
    const model = await ofKeras(sequential("Resizing", nearest, [2, 2, 1]), {
      kerasResizing: true,
    });
    // floor((i + 1/2) x 2 / 5) = 0, 0, 1, 1, 1
    const row = [0, 0, 1, 1, 1];
    expect(await outputOf(model, corners)).toEqual([...row, ...row, ...row]);
    const linear = { ...size, interpolation: "bilinear" };
    const smooth = await ofKeras(sequential("Resizing", linear, [2, 2, 1]), {
      kerasResizing: true,
    });
    expectClose((await outputOf(smooth, corners)).slice(0, 5), [0, 0.1, 0.5, 0.9, 1]);
  });

  test("that crops or smooths is refused with --keras-resizing", async () => {
    const config = { height: 3, width: 3, interpolation: "bilinear", crop_to_aspect_ratio: true };
    const file = sequential("Resizing", config, [2, 2, 1]);
    await expect(ofKeras(file, { kerasResizing: true })).rejects.toThrow(/crop_to_aspect_ratio/);
  });
});
