import { z } from "zod";
import { initializerLayout } from "../../core/onnx/index.ts";
import { reshaped, transposed } from "../graph/arrays.ts";
import type { Constant, Value } from "../graph/types.ts";
import { activate } from "./activations.ts";
import { type LayerContext, option, withConfig } from "./handler.ts";
import { type DataFormat, inChannelsFirst } from "./layout.ts";
import { transposedAttributes, type Window, windowAttributes } from "./windows.ts";

const shared = {
  kernelSize: option.sizes,
  strides: option.sizes,
  padding: option.padding,
  dataFormat: option.dataFormat,
  useBias: z.boolean(),
  activation: option.activation,
};
const dilated = z.object({ ...shared, dilationRate: option.sizes });
const undilated = z.object(shared);

type Config = z.infer<typeof undilated>;

/** A layer's kernel as ONNX wants it; a depthwise one becomes that of a grouped convolution. */
function kernelOf(context: LayerContext, weight = "kernel"): Constant {
  const kernel = context.weight(weight);
  const { perm, shape } = initializerLayout(weight, kernel.shape);
  return reshaped(transposed(kernel, perm), shape);
}

function windowOf(config: Config & { dilationRate?: number[] }): Window {
  return {
    kernel: config.kernelSize,
    strides: config.strides,
    padding: config.padding,
    ...(config.dilationRate && { dilations: config.dilationRate }),
  };
}

function bias(context: LayerContext, config: { useBias: boolean }): Constant[] {
  return config.useBias ? [context.weight("bias")] : [];
}

function convolve(
  context: LayerContext,
  x: Value,
  weights: readonly Constant[],
  window: Window,
  place: { format: DataFormat; group?: number },
): Value {
  const { onnx } = context;
  return inChannelsFirst(onnx, x, place.format, (input) => {
    const attributes = windowAttributes(context, window, input.shape.slice(2));
    return onnx.op("Conv", [input, ...weights], { ...attributes, group: place.group ?? 1 });
  });
}

const convolution = withConfig(dilated, (context, config) => {
  const weights = [kernelOf(context), ...bias(context, config)];
  const y = convolve(context, context.x, weights, windowOf(config), { format: config.dataFormat });
  return activate(context.onnx, y, config.activation);
});

const transposedConvolution = withConfig(undilated, (context, config) => {
  const { onnx, x } = context;
  const weights = [kernelOf(context), ...bias(context, config)];
  const y = inChannelsFirst(onnx, x, config.dataFormat, (input) =>
    onnx.op("ConvTranspose", [input, ...weights], transposedAttributes(windowOf(config))),
  );
  return activate(onnx, y, config.activation);
});

export const convolutionLayers = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: transposedConvolution,
  Conv3DTranspose: transposedConvolution,

  /** tfjs ignores this layer's dilation rate, and what tfjs computes is what is converted. */
  DepthwiseConv2D: withConfig(undilated, (context, config) => {
    const kernel = kernelOf(context, "depthwise_kernel");
    const group = context.weight("depthwise_kernel").shape[2] ?? 1;
    const place = { format: config.dataFormat, group };
    const weights = [kernel, ...bias(context, config)];
    const y = convolve(context, context.x, weights, windowOf(config), place);
    return activate(context.onnx, y, config.activation);
  }),

  SeparableConv2D: withConfig(dilated, (context, config) => {
    if (config.useBias && config.dataFormat === "channelsFirst") {
      context.refuse("useBias", "tfjs adds it along the wrong axis when channels come first");
    }
    const depthwise = context.weight("depthwise_kernel");
    const place = { format: config.dataFormat, group: depthwise.shape[2] ?? 1 };
    const first = [kernelOf(context, "depthwise_kernel")];
    const spread = convolve(context, context.x, first, windowOf(config), place);
    const second = [kernelOf(context, "pointwise_kernel"), ...bias(context, config)];
    const point: Window = { kernel: [1, 1], strides: [1, 1], padding: "valid" };
    const y = convolve(context, spread, second, point, { format: config.dataFormat });
    return activate(context.onnx, y, config.activation);
  }),
};
