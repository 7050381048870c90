import type { DataType } from "../../../onnx/index.ts";
import { fromOnnxType } from "../../../onnx/index.ts";
import type { Inference } from "./context.ts";
import { broadcast } from "./shapes.ts";

const same: Inference = (node) => [{ type: node.input(0).type, shape: node.input(0).shape }];

const broadcasting: Inference = (node) => [
  {
    type: node.input(0).type,
    shape: broadcast(...node.inputs.flatMap((value) => (value ? [value.shape] : []))),
  },
];

const comparing: Inference = (node) =>
  broadcasting(node).map(({ shape }) => ({ type: "bool", shape }));

/** Operations that keep type and shape. */
export const UNARY_OPS = [
  ..."Abs Ceil Celu Clip Cos Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity LeakyRelu".split(
    " ",
  ),
  ..."Log Mish Neg Not PRelu Reciprocal Relu Round Selu Sigmoid Sin Softplus Softsign".split(" "),
  ..."Sqrt Tanh ThresholdedRelu".split(" "),
] as const;

/** Elementwise operations with broadcasting. */
export const BROADCAST_OPS: readonly string[] = "Add And Div Max Min Mod Mul Or Pow Sub Xor".split(
  " ",
);

/** Elementwise operations with broadcasting that return booleans. */
export const COMPARE_OPS: readonly string[] = "Equal Greater GreaterOrEqual Less LessOrEqual".split(
  " ",
);

export const elementwise: Record<string, Inference> = {
  ...Object.fromEntries(UNARY_OPS.map((op) => [op, same])),
  ...Object.fromEntries(BROADCAST_OPS.map((op) => [op, broadcasting])),
  ...Object.fromEntries(COMPARE_OPS.map((op) => [op, comparing])),
  Softmax: same,
  LogSoftmax: same,
  BatchNormalization: same,
  LayerNormalization: same,
  CumSum: same,
  Cast: (node) => [{ type: castType(node.int("to", 1)), shape: node.input(0).shape }],
  Where: (node) => [
    {
      type: node.input(1).type,
      shape: broadcast(node.input(0).shape, node.input(1).shape, node.input(2).shape),
    },
  ],
  DequantizeLinear: (node) => [{ type: "float32", shape: node.input(0).shape }],
  DynamicQuantizeLinear: (node) => [
    { type: "uint8", shape: node.input(0).shape },
    { type: "float32", shape: [] },
    { type: "uint8", shape: [] },
  ],
};

function castType(to: number): DataType {
  const type = fromOnnxType(to);
  if (type === undefined) throw new Error(`Cast to the unknown type ${to}`);
  return type;
}
