import { z } from "zod";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/types.ts";
import type { LayerHandler } from "./handler.ts";
import { option, withConfig } from "./handler.ts";
import { inChannelsFirst } from "./layout.ts";
import { padded, type Sliding, sliding } from "./windows.ts";

const pooling = z.object({
  poolSize: option.sizes,
  strides: option.sizes,
  padding: option.padding,
  dataFormat: option.dataFormat,
});

/**
 * Returns the handler of a pooling layer. Averages exclude padding, in TensorFlow and by default in
 * ONNX.
 */
function pool(op: "MaxPool" | "AveragePool"): LayerHandler {
  return withConfig(pooling, (context, config) =>
    inChannelsFirst(context.onnx, context.x, config.dataFormat, (input) => {
      const window = { kernel: config.poolSize, strides: config.strides, padding: config.padding };
      return slide(context.onnx, op, input, sliding(context.onnx, window, input));
    }),
  );
}

/**
 * Writes a pooling. Pixels that a `Pad` adds before it must not count: for a maximum they are the
 * smallest number, and an average is divided by the share of the window that is not padding.
 */
function slide(onnx: GraphBuilder, op: "MaxPool" | "AveragePool", x: Value, how: Sliding): Value {
  const { attributes, pads } = how;
  if (pads === undefined) return onnx.op(op, [x], attributes);
  if (op === "MaxPool") return onnx.op(op, [padded(onnx, x, how, -LARGEST_FLOAT)], attributes);
  const ones = onnx.op("Add", [onnx.op("Mul", [x, onnx.scalar(0)]), onnx.scalar(1)]);
  const shares = onnx.op(op, [padded(onnx, ones, how, 0)], attributes);
  return onnx.op("Div", [onnx.op(op, [padded(onnx, x, how, 0)], attributes), shares]);
}

/** The largest finite number in single precision. */
const LARGEST_FLOAT = 3.4028234663852886e38;

function poolEverything(op: "ReduceMax" | "ReduceMean", keep = false): LayerHandler {
  return withConfig(z.object({ dataFormat: option.dataFormat }), ({ onnx, x }, { dataFormat }) => {
    const first = dataFormat === "channelsFirst" ? 2 : 1;
    const axes = Array.from({ length: x.shape.length - 2 }, (_, index) => first + index);
    return onnx.reduce(op, x, axes, keep);
  });
}

export const poolingLayers = {
  MaxPooling1D: pool("MaxPool"),
  MaxPooling2D: pool("MaxPool"),
  MaxPooling3D: pool("MaxPool"),
  AveragePooling1D: pool("AveragePool"),
  AveragePooling2D: pool("AveragePool"),
  AveragePooling3D: pool("AveragePool"),
  GlobalMaxPooling1D: poolEverything("ReduceMax"),
  GlobalMaxPooling2D: poolEverything("ReduceMax"),
  GlobalAveragePooling1D: poolEverything("ReduceMean"),
  GlobalAveragePooling2D: poolEverything("ReduceMean"),
  // Classes of Keras with `keepdims`, which the loader registers.
  KeptGlobalMaxPooling1D: poolEverything("ReduceMax", true),
  KeptGlobalMaxPooling2D: poolEverything("ReduceMax", true),
  KeptGlobalAveragePooling1D: poolEverything("ReduceMean", true),
  KeptGlobalAveragePooling2D: poolEverything("ReduceMean", true),
};
