import type { layers, Tensor } from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { convert, type LayerHandler } from "../../convert/index.ts";
import { prove } from "../../convert/proof/index.ts";
import { locate } from "../../convert/proof/locate.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { tf } from "../support/tensorflow.ts";
import { chain, expectSame } from "./support.ts";

/** Computes `x * x + bias`, like no layer of tfjs. */
class Squared extends tf.layers.Layer {
  static className = "Squared";
  private bias: layers.Layer["weights"][number] | undefined;

  override build(shape: number[]): void {
    this.bias = this.addWeight("bias", [shape.at(-1) ?? 1], "float32", tf.initializers.zeros());
    super.build(shape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x] = [inputs].flat() as [Tensor];
    return tf.tidy(() => tf.add(tf.square(x), this.bias?.read() ?? 0));
  }
}
tf.serialization.registerClass(Squared);

const squared: LayerHandler = ({ onnx, x, weight }) =>
  onnx.op("Add", [onnx.op("Mul", [x, x]), weight("bias")]);

/** A handler that forgets the bias. */
const forgetful: LayerHandler = ({ onnx, x }) => onnx.op("Mul", [x, x]);

const network = () =>
  chain(
    [4],
    [
      tf.layers.dense({ units: 5, activation: "tanh" }),
      new Squared({ name: "power" } as never),
      tf.layers.dense({ units: 3, name: "head" }),
    ],
  );

describe("custom layers", () => {
  test("are converted by the given handler", async () => {
    await expectSame(network(), { layers: { Squared: squared } });
  });

  test("without a handler are refused, with all other refusals", () => {
    const crop = tf.layers.randomWidth({ factor: 0.1, name: "random" });
    const model = chain([6, 5, 3], [crop]);
    expect(() => convert(network())).toThrow(/"power" \(Squared\): class has no handler/);
    expect(() => convert(model)).toThrow(/"random" \(RandomWidth\)/);
  });

  test("override built-in handlers", async () => {
    const layers = {
      Dense: (({ onnx, x, weight }) =>
        onnx.op("Gemm", [x, weight("kernel"), weight("bias")])) satisfies LayerHandler,
    };
    expect(() => convert(chain([4], tf.layers.dense({ units: 3 })), { layers })).toThrow(/Gemm/);
  });

  test("are refused all at once", () => {
    const x = tf.input({ shape: [6, 5, 3] });
    const layers = ["one", "two"].map((name) => tf.layers.randomWidth({ factor: 0.1, name }));
    const outputs = layers.map((layer) => layer.apply(x)) as never[];
    const refused = () => convert(tf.model({ inputs: x, outputs }));
    expect(refused).toThrow(/^2 layers cannot be converted: "one" .*; "two"/);
  });
});

describe("a wrong conversion", () => {
  test("is found by the proof, which names the first layer that differs", async () => {
    const model = network();
    const tools = { tf, runtime: onnxRuntime };
    const options = { layers: { Squared: forgetful } };
    const [error] = await prove(tools, model, convert(model, options));
    expect(error?.error).toBeGreaterThan(0.01);
    expect(await locate(tools, model, { options, proof: {}, tolerance: 1e-4 })).toEqual({
      layer: "power",
      className: "Squared",
    });
  });
});
