import { z } from "zod";
import type { LayerHandler } from "./handler.ts";
import { option, withConfig } from "./handler.ts";
import { inChannelsFirst } from "./layout.ts";
import { windowAttributes } from "./windows.ts";

const pooling = z.object({
  poolSize: option.sizes,
  strides: option.sizes,
  padding: option.padding,
  dataFormat: option.dataFormat,
});

/** Averages are over the pixels that exist: padding never counts, in TensorFlow as in ONNX here. */
function pool(op: "MaxPool" | "AveragePool"): LayerHandler {
  return withConfig(pooling, (context, config) =>
    inChannelsFirst(context.onnx, context.x, config.dataFormat, (input) => {
      const window = { kernel: config.poolSize, strides: config.strides, padding: config.padding };
      return context.onnx.op(op, [input], windowAttributes(context, window, input.shape.slice(2)));
    }),
  );
}

function poolEverything(op: "ReduceMax" | "ReduceMean"): LayerHandler {
  return withConfig(z.object({ dataFormat: option.dataFormat }), ({ onnx, x }, { dataFormat }) => {
    const first = dataFormat === "channelsFirst" ? 2 : 1;
    const axes = Array.from({ length: x.shape.length - 2 }, (_, index) => first + index);
    return onnx.reduce(op, x, axes);
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
};
