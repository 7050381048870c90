import { z } from "zod";
import { initializerLayout } from "../../onnx/index.ts";
import { reshaped, transposed } from "../graph/arrays.ts";
import type { Constant, Value } from "../graph/types.ts";
import { activate } from "./activations.ts";
import { type LayerContext, option, withConfig } from "./handler.ts";
import { type DataFormat, inChannelsFirst, inChannelsLast } from "./layout.ts";
import { slideConvolution, transposedAttributes, type Window } from "./windows.ts";

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

/** Returns a layer's kernel in ONNX's layout; a depthwise kernel becomes that of a grouped convolution. */
function kernelOf(context: LayerContext, weight = "kernel"): Constant {
  const kernel = context.weight(weight);
  const { perm, shape } = initializerLayout(weight, kernel.shape);
  return reshaped(transposed(kernel, perm), shape);
}

function formatOf({ layer }: LayerContext): DataFormat {
  return Reflect.get(layer, "dataFormat") === "channelsFirst" ? "channelsFirst" : "channelsLast";
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
  return inChannelsFirst(onnx, x, place.format, (input) =>
    slideConvolution(onnx, input, weights, window, place.group),
  );
}

/**
 * tfjs computes this layer and its activation with the channels last whatever its data format, and
 * omits the format from the configuration.
 */
const convolutionOfRows = withConfig(dilated, (context, config) =>
  inChannelsLast(context.onnx, context.x, formatOf(context), (x) => overRows(context, config, x)),
);

/** A class of Keras, which the loader registers. */
const causalConvolution = withConfig(dilated, (context, config) => {
  const [size = 1] = config.kernelSize;
  const [rate = 1] = config.dilationRate;
  const padded = context.onnx.pad(context.x, [0, (size - 1) * rate, 0], [0, 0, 0]);
  return overRows(context, config, padded);
});

/** Writes a convolution over rows. @param x - `[N, T, C]` */
function overRows(context: LayerContext, config: z.infer<typeof dilated>, x: Value): Value {
  const weights = [kernelOf(context), ...bias(context, config)];
  const y = convolve(context, x, weights, windowOf(config), { format: "channelsLast" });
  return activate(context.onnx, y, config.activation);
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

function depthwise(context: LayerContext, config: Config & { dilationRate?: number[] }): Value {
  const kernel = kernelOf(context, "depthwise_kernel");
  const group = context.weight("depthwise_kernel").shape[2] ?? 1;
  const place = { format: config.dataFormat, group };
  const weights = [kernel, ...bias(context, config)];
  const y = convolve(context, context.x, weights, windowOf(config), place);
  return activate(context.onnx, y, config.activation);
}

export const convolutionLayers = {
  Conv1D: convolutionOfRows,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: transposedConvolution,
  Conv3DTranspose: transposedConvolution,

  CausalConv1D: causalConvolution,

  /** tfjs ignores the dilation rate of this layer; the graph computes what tfjs does. */
  DepthwiseConv2D: withConfig(undilated, depthwise),
  /** A class of Keras, which does use the rate; the loader registers it. */
  DilatedDepthwiseConv2D: withConfig(dilated, depthwise),

  /** Computed with the channels last, like Conv1D. */
  SeparableConv2D: withConfig(dilated, (context, config) =>
    inChannelsLast(context.onnx, context.x, config.dataFormat, (x) => {
      const format = "channelsLast";
      const depthwise = context.weight("depthwise_kernel");
      const first = [kernelOf(context, "depthwise_kernel")];
      const group = depthwise.shape[2] ?? 1;
      const spread = convolve(context, x, first, windowOf(config), { format, group });
      const second = [kernelOf(context, "pointwise_kernel"), ...bias(context, config)];
      const point: Window = { kernel: [1, 1], strides: [1, 1], padding: "valid" };
      const y = convolve(context, spread, second, point, { format });
      return activate(context.onnx, y, config.activation);
    }),
  ),
};
