import { z } from "zod";
import type { GraphBuilder } from "../graph/builder.ts";
import { positiveAxis } from "../graph/infer/index.ts";
import type { Value } from "../graph/types.ts";
import { type LayerContext, type LayerHandler, withConfig } from "./handler.ts";

type Combine = (onnx: GraphBuilder, inputs: readonly Value[]) => Value;

/**
 * Returns the handler of an elementwise merge. Inputs of lower rank get axes of size 1 after the
 * batch. A step of the output is unmasked if it is in all inputs.
 */
function merging(combine: Combine): LayerHandler {
  return (context) => {
    const { onnx, inputs } = context;
    const rank = Math.max(...inputs.map(({ shape }) => shape.length));
    const aligned = inputs.map((value) => {
      const missing = rank - value.shape.length;
      const axes = Array.from({ length: missing }, (_, index) => index + 1);
      return missing === 0 ? value : onnx.unsqueeze(value, axes);
    });
    return { outputs: [combine(onnx, aligned)], masks: [conjunction(context)] };
  };
}

function conjunction({ onnx, masks }: LayerContext): Value | undefined {
  const present = masks.filter((mask) => mask !== undefined);
  return present.length === 0 ? undefined : all(onnx, present);
}

function all(onnx: GraphBuilder, masks: readonly Value[]): Value {
  return masks.reduce((left, right) => (left === right ? left : onnx.op("And", [left, right])));
}

function pairwise(op: string): Combine {
  return (onnx, inputs) => inputs.reduce((left, right) => onnx.op(op, [left, right]));
}

const average: Combine = (onnx, inputs) =>
  onnx.op("Mul", [pairwise("Add")(onnx, inputs), onnx.scalar(1 / inputs.length)]);

export const mergeLayers = {
  Add: merging(pairwise("Add")),
  Multiply: merging(pairwise("Mul")),
  Maximum: merging(pairwise("Max")),
  Minimum: merging(pairwise("Min")),
  Average: merging(average),
  /** A class of Keras, which the loader registers. */
  KerasSubtract: merging(pairwise("Sub")),

  Concatenate: withConfig(z.object({ axis: z.int() }), (context, { axis }) => {
    const positive = positiveAxis(axis, context.x.shape.length);
    return {
      outputs: [context.onnx.concat(context.inputs, positive)],
      masks: [concatenatedMask(context, positive)],
    };
  }),

  Dot: withConfig(
    z.object({ axes: z.union([z.int(), z.tuple([z.int(), z.int()])]), normalize: z.boolean() }),
    ({ onnx, inputs: [left, right] }, { axes, normalize }) => {
      if (left === undefined || right === undefined) throw new Error("Dot needs two inputs");
      const [leftAxis, rightAxis] = Array.isArray(axes) ? axes : [axes, axes];
      const operands = [
        { value: left, axis: positiveAxis(leftAxis, left.shape.length) },
        { value: right, axis: positiveAxis(rightAxis, right.shape.length) },
      ].map(({ value, axis }) => ({
        value: normalize ? normalized(onnx, value, axis) : value,
        axis,
      }));
      return { outputs: [dot(onnx, operands)], masks: [undefined] };
    },
  ),
};

/** Computes `x / sqrt(max(sum x^2, 1e-7))` along an axis, with the epsilon of tfjs. */
function normalized(onnx: GraphBuilder, x: Value, axis: number): Value {
  const squares = onnx.reduce("ReduceSum", onnx.op("Mul", [x, x]), [axis], true);
  const length = onnx.op("Sqrt", [onnx.op("Max", [squares, onnx.scalar(1e-7)])]);
  return onnx.op("Div", [x, length]);
}

/** Contracts one axis of each operand, example by example: `[N, a, K] . [N, K, b] -> [N, a, b]`. */
function dot(onnx: GraphBuilder, operands: { value: Value; axis: number }[]): Value {
  const [left, right] = operands.map(({ value, axis }, index) => {
    const matrix = value.shape.length === 2 ? onnx.unsqueeze(value, [index === 0 ? 1 : 2]) : value;
    const contracted = value.shape.length === 2 ? (index === 0 ? 2 : 1) : axis;
    const wanted = index === 0 ? 2 : 1;
    return contracted === wanted ? matrix : onnx.transpose(matrix, [0, 2, 1]);
  });
  const product = onnx.op("MatMul", [left, right]);
  const [leftRank, rightRank] = operands.map(({ value }) => value.shape.length);
  // Removes the axes of size 1 that were added to vectors; two vectors give [N, 1].
  if (leftRank === 2) return onnx.squeeze(product, [1]);
  return rightRank === 2 ? onnx.squeeze(product, [2]) : product;
}

/**
 * Joins the masks of a concatenation as it joins its inputs. As in Keras, an input without a mask
 * counts as all true.
 */
function concatenatedMask(context: LayerContext, axis: number): Value | undefined {
  const { onnx, inputs, masks } = context;
  if (masks.every((mask) => mask === undefined)) return undefined;
  const rank = context.x.shape.length;
  const parts = inputs.map((input, index) => {
    const mask = masks[index];
    const sizes = input.shape.slice(0, 2);
    return mask ?? onnx.cast(onnx.filled(1, sizes, [input]), "bool");
  });
  if (axis < 2 && axis < rank) return onnx.concat(parts, axis);
  return all(onnx, parts);
}
