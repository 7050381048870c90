import type { LayersModel } from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { convert, type LayerHandler, loadModel } from "../../convert/index.ts";
import {
  beyond,
  type OutputError,
  type ProofOptions,
  prove,
  requireDecided,
} from "../../convert/proof/index.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { tf } from "../support/tensorflow.ts";
import { published } from "./keras-support.ts";
import { chain } from "./support.ts";

const TOLERANCE = 1e-4;
const tools = { tf, runtime: onnxRuntime };

async function errorsOf(
  model: LayersModel,
  proof?: ProofOptions,
  layers: Record<string, LayerHandler> = {},
): Promise<OutputError[]> {
  return prove(tools, model, convert(model, { layers }), proof);
}

async function expectProven(model: LayersModel, proof?: ProofOptions): Promise<void> {
  expect(beyond(await errorsOf(model, proof), TOLERANCE)).toEqual([]);
}

describe("the proof", () => {
  test.each(["i2088_bn_axis_1", "i252_channels_first"])(
    "normalizes along any axis on the JavaScript backend: %s",
    async (name) => {
      const backend = tf.getBackend();
      await tf.setBackend("cpu");
      try {
        await expectProven(await loadModel(tf, published(name)));
      } finally {
        await tf.setBackend(backend);
      }
    },
  );

  test("normalizes tensors of five axes", async () => {
    await expectProven(await loadModel(tf, published("conv3d_bn")));
  });

  test("finds a kernel of the wrong sign below a softmax over many words", async () => {
    const wrong: LayerHandler = ({ onnx, x, weight }) => {
      const product = onnx.op("Neg", [onnx.op("MatMul", [x, weight("kernel")])]);
      return onnx.op("Softmax", [onnx.op("Add", [product, weight("bias")])], { axis: -1 });
    };
    for (const units of [10, 1000, 30_000]) {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units, activation: "softmax", inputShape: [8] })],
      });
      const errors = await errorsOf(model, {}, { Dense: wrong });
      expect(beyond(errors, TOLERANCE).length).toBe(1);
      await expectProven(model);
    }
  });

  test("finds small probabilities that are wrong beside a large one", async () => {
    const model = chain([4], tf.layers.dense({ units: 3, activation: "softmax" }));
    model.setWeights([tf.zeros([4, 3]), tf.tensor([40, 1, 2])]);
    const wrong: LayerHandler = ({ onnx, x, weight }) => {
      const zero = onnx.op("MatMul", [x, weight("kernel")]);
      const logits = onnx.op("Add", [zero, onnx.floats([40, 2, 1])]);
      return onnx.op("Softmax", [logits], { axis: -1 });
    };
    expect(beyond(await errorsOf(model, {}, { Dense: wrong }), TOLERANCE).length).toBe(1);
  });

  test("finds outputs of the wrong sign however small they are", async () => {
    const wrong: LayerHandler = ({ onnx, x, weight }) =>
      onnx.op("Neg", [onnx.op("MatMul", [x, weight("kernel")])]);
    const model = chain([4], tf.layers.dense({ units: 3, useBias: false }));
    model.setWeights([tf.fill([4, 3], 2e-6)]);
    expect(beyond(await errorsOf(model, {}, { Dense: wrong }), TOLERANCE).length).toBe(1);
    await expectProven(model);
  });

  test("refuses a model whose outputs are all NaN", async () => {
    const model = chain([4], tf.layers.dense({ units: 3 }));
    const [kernel] = model.weights;
    kernel?.write(tf.fill([4, 3], Number.NaN));
    await expect(errorsOf(model)).rejects.toThrow(/gives no finite number at/);
  });
});

describe("the proof's sizes", () => {
  test("are those that an image network of open size takes", async () => {
    await expectProven(await loadModel(tf, published("unet_open_5")));
  });

  test("fit a fixed shape after an open size", async () => {
    const layers = [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
      tf.layers.reshape({ targetShape: [13 * 13, 2] }),
    ];
    await expectProven(chain([null, null, 1], layers));
  });

  test("must be given where none is found, and one line says so", async () => {
    /** Accepts 1031 steps only, which no shape tells beforehand. */
    class Picky extends tf.layers.Layer {
      static className = "Picky";

      override call(inputs: unknown) {
        const [x] = [inputs].flat() as [ReturnType<typeof tf.tensor3d>];
        if (x.shape[1] !== 1031) throw new Error("1031 steps are needed.\nAnd no others.");
        return x;
      }
    }
    const layers = { Picky: (({ x }) => x) as LayerHandler };
    const model = chain([null, 2], new Picky({}));
    const failure = errorsOf(model, {}, layers);
    await expect(failure).rejects.toThrow(
      /^TensorFlow\.js cannot run ".*" on x \[1, 5, 2\].*\(1031 steps are needed\).*--input-shape x=.*--no-verify/,
    );
    const errors = await errorsOf(model, { shapes: { x: [1, 1031, 2] } }, layers);
    expect(beyond(errors, TOLERANCE)).toEqual([]);
  });

  test("are refused where they do not fit the model, as are inputs", async () => {
    const model = chain([null, 2], tf.layers.dense({ units: 1 }));
    const wrong: [ProofOptions, RegExp][] = [
      [
        { shapes: { x: [1, 5] } },
        /\[1, 5\] does not fit the input "x", which takes \[any, any, 2\]/,
      ],
      [{ shapes: { y: [1, 5, 2] } }, /names "y", which the model does not have/],
      [{ inputs: {} }, /no values for "x"/],
      [{ inputs: { x: [[1, 2]] } }, /does not fit the input "x"/],
      [{ inputs: { x: [[[1, 2], [3]]] } }, /not an array of numbers/],
    ];
    for (const [options, message] of wrong) {
      await expect(errorsOf(model, options)).rejects.toThrow(message);
    }
  });
});

/**
 * Makes a recurrent network whose output is the small difference of two large sums: exact for one-hot
 * rows, lost in roundings for dense ones.
 */
function amplifying(classes: number): LayersModel {
  const width = 30;
  const options = { units: 2, activation: "linear", useBias: false } as const;
  const model = chain(
    [6, width],
    [
      tf.layers.simpleRNN({ ...options, recurrentInitializer: "zeros" }),
      tf.layers.dense({ units: classes, activation: "softmax", useBias: false }),
    ],
  );
  const large = Array.from({ length: width }, (_, token) => 2 ** 20 + 4096 * token);
  const kernel = large.flatMap((value, token) => [value, value + (token % 5)]);
  const head = Array.from({ length: classes }, (_, index) => (index % 8) / 8);
  model.setWeights([
    tf.tensor(kernel, [width, 2]),
    tf.zeros([2, 2]),
    tf.tensor([...head.map((value) => -value), ...head], [2, classes]),
  ]);
  return model;
}

describe("a network that amplifies roundings", () => {
  test("is run on one-hot rows where its inputs look like tokens", async () => {
    await expectProven(amplifying(30));
  });

  test("is not decided on inputs that lose the difference, and proven on one-hot inputs that are given", async () => {
    const model = amplifying(29);
    const errors = await errorsOf(model);
    expect(beyond(errors, TOLERANCE).length).toBe(1);
    expect(() => requireDecided(errors, TOLERANCE)).toThrow(
      /one rounding moves TensorFlow\.js's own output by .*--proof-input/,
    );
    const row = (token: number) => Array.from({ length: 30 }, (_, at) => (at === token ? 1 : 0));
    await expectProven(model, { inputs: { x: [[3, 1, 4, 1, 5, 9].map(row)] } });
  });

  test("keeps its weights through the proof", async () => {
    const model = amplifying(29);
    const before = model.getWeights().map((weight) => weight.dataSync());
    await errorsOf(model);
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
  });
});
