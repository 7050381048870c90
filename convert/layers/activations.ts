import { z } from "zod";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/types.ts";
import { option, Refusal, withConfig } from "./handler.ts";

type ActivationWriter = (onnx: GraphBuilder, x: Value) => Value;

/** The activations of tfjs-layers, by the name that `getConfig()` returns. */
const ACTIVATIONS: Record<string, ActivationWriter> = {
  linear: (_, x) => x,
  relu: (onnx, x) => onnx.op("Relu", [x]),
  relu6: (onnx, x) => clip(onnx, x, 0, 6),
  elu: (onnx, x) => onnx.op("Elu", [x]),
  selu: (onnx, x) => onnx.op("Selu", [x]),
  sigmoid: (onnx, x) => onnx.op("Sigmoid", [x]),
  hardSigmoid: (onnx, x) =>
    onnx.op("HardSigmoid", [x], { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
  softplus: (onnx, x) => onnx.op("Softplus", [x]),
  softsign: (onnx, x) => onnx.op("Softsign", [x]),
  tanh: (onnx, x) => onnx.op("Tanh", [x]),
  softmax: (onnx, x) => onnx.op("Softmax", [x], { axis: -1 }),
  logSoftmax: (onnx, x) => onnx.op("LogSoftmax", [x], { axis: -1 }),
  swish: (onnx, x) => onnx.op("Mul", [x, onnx.op("Sigmoid", [x])]),
  mish: (onnx, x) => onnx.op("Mul", [x, onnx.op("Tanh", [onnx.op("Softplus", [x])])]),
  gelu,
  gelu_new: geluByTanh,
  // Activations of Keras, which the loader registers with tfjs.
  hardSigmoid6,
  hardSwish: (onnx, x) => onnx.op("HardSwish", [x]),
  exponential: (onnx, x) => onnx.op("Exp", [x]),
  leakyRelu: (onnx, x) => onnx.op("LeakyRelu", [x], { alpha: { float: 0.2 } }),
};

export const ACTIVATION_NAMES: readonly string[] = Object.keys(ACTIVATIONS);

/** Applies an activation by its name. */
export function activate(onnx: GraphBuilder, x: Value, name: string): Value {
  const write = ACTIVATIONS[name];
  if (write === undefined) throw new Refusal("activation", `"${name}" is not known`);
  return write(onnx, x);
}

/** Computes Keras 3's hard sigmoid, `clip(x / 6 + 1 / 2, 0, 1)`. */
function hardSigmoid6(onnx: GraphBuilder, x: Value): Value {
  return onnx.op("HardSigmoid", [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
}

/** Computes `min(max(x, low), high)` with constant bounds. */
function clip(onnx: GraphBuilder, x: Value, low: number, high: number): Value {
  return onnx.op("Clip", [x, onnx.scalar(low), onnx.scalar(high)]);
}

/**
 * Computes GELU (Hendrycks and Gimpel, 2016), `x / 2 * (1 + erf(x / sqrt 2))`. ONNX has an operation
 * for it from opset 20 on.
 */
function gelu(onnx: GraphBuilder, x: Value): Value {
  if (onnx.opset >= 20) return onnx.op("Gelu", [x], { approximate: "none" });
  const inner = onnx.op("Erf", [onnx.op("Mul", [x, onnx.scalar(Math.SQRT1_2)])]);
  const cdf = onnx.op("Mul", [onnx.op("Add", [inner, onnx.scalar(1)]), onnx.scalar(0.5)]);
  return onnx.op("Mul", [x, cdf]);
}

/**
 * Computes the paper's approximation of GELU,
 * `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`.
 */
function geluByTanh(onnx: GraphBuilder, x: Value): Value {
  if (onnx.opset >= 20) return onnx.op("Gelu", [x], { approximate: "tanh" });
  const cube = onnx.op("Mul", [onnx.op("Mul", [x, x]), onnx.op("Mul", [x, onnx.scalar(0.044715)])]);
  const inner = onnx.op("Mul", [onnx.op("Add", [x, cube]), onnx.scalar(Math.sqrt(2 / Math.PI))]);
  const gate = onnx.op("Add", [onnx.op("Tanh", [inner]), onnx.scalar(1)]);
  return onnx.op("Mul", [onnx.op("Mul", [x, gate]), onnx.scalar(0.5)]);
}

export const activationLayers = {
  Activation: withConfig(z.object({ activation: option.activation }), ({ onnx, x }, config) =>
    activate(onnx, x, config.activation),
  ),

  ReLU: withConfig(z.object({ maxValue: z.number().nullish() }), ({ onnx, x }, { maxValue }) =>
    maxValue === null || maxValue === undefined ? onnx.op("Relu", [x]) : clip(onnx, x, 0, maxValue),
  ),

  LeakyReLU: withConfig(z.object({ alpha: z.number() }), ({ onnx, x }, { alpha }) =>
    onnx.op("LeakyRelu", [x], { alpha: { float: alpha } }),
  ),

  ELU: withConfig(z.object({ alpha: z.number() }), ({ onnx, x }, { alpha }) =>
    onnx.op("Elu", [x], { alpha: { float: alpha } }),
  ),

  ThresholdedReLU: withConfig(z.object({ theta: z.number() }), ({ onnx, x }, { theta }) => {
    // Not every runtime has ONNX's ThresholdedRelu.
    const above = onnx.op("Greater", [x, onnx.scalar(theta)]);
    return onnx.op("Where", [above, x, onnx.scalar(0)]);
  }),

  /** The slope broadcasts: it has the input's shape without the batch, with size 1 along shared axes. */
  PReLU: withConfig(z.object({}), (context) =>
    context.onnx.op("PRelu", [context.x, context.weight("alpha")]),
  ),

  Softmax: withConfig(
    z.object({ axis: z.union([z.int(), z.array(z.int()).min(1)]) }),
    ({ onnx, x, masks: [mask] }, { axis }) => {
      const axes = Array.isArray(axis) ? axis : [axis];
      const masked = mask === undefined ? x : onnx.op("Add", [x, penalty(onnx, mask)]);
      if (axes.length === 1) return onnx.op("Softmax", [masked], { axis: axes[0] ?? -1 });
      const largest = onnx.reduce("ReduceMax", masked, axes, true);
      const powers = onnx.op("Exp", [onnx.op("Sub", [masked, largest])]);
      return onnx.op("Div", [powers, onnx.reduce("ReduceSum", powers, axes, true)]);
    },
  ),
};

/** Returns what tfjs adds to masked logits: -1e9 where the mask is false, else 0. */
function penalty(onnx: GraphBuilder, mask: Value): Value {
  return onnx.op("Where", [mask, onnx.scalar(0), onnx.scalar(-1e9)]);
}
