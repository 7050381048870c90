import { z } from "zod";
import { transposed } from "../../graph/arrays.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Constant, Value } from "../../graph/types.ts";
import { activate } from "../activations.ts";
import { type Layer, type LayerContext, option } from "../handler.ts";
import { channelAxis, inChannelsFirst } from "../layout.ts";
import { slideConvolution, type Window } from "../windows.ts";
import type { Cell } from "./cells.ts";

const schema = z.object({
  filters: z.int().positive(),
  kernelSize: option.sizes,
  strides: option.sizes,
  dilationRate: option.sizes,
  padding: option.padding,
  dataFormat: option.dataFormat,
  useBias: z.boolean(),
  activation: option.activation,
  recurrentActivation: option.activation,
});

/**
 * Returns the step of ConvLSTM2D (Shi et al., 2015, without peepholes): an LSTM whose products are
 * convolutions, of the input with the layer's window, of the state with stride 1 and `same` padding.
 * Images are `[N, H, W, C]` or `[N, C, H, W]`.
 */
export function convolutionalCell(context: LayerContext, cell: Layer): Cell {
  const config = schema.parse(cell.getConfig());
  const { filters, dataFormat } = config;
  const toOnnx = (name: string) => transposed(context.weight(name, cell), [3, 2, 0, 1]);
  const kernel = toOnnx("kernel");
  const recurrent = toOnnx("recurrent_kernel");
  const bias = config.useBias ? [context.weight("bias", cell)] : [];
  const ofInput: Window = {
    kernel: config.kernelSize,
    strides: config.strides,
    dilations: config.dilationRate,
    padding: config.padding,
  };
  const ofState: Window = { kernel: config.kernelSize, strides: [1, 1], padding: "same" };

  function convolve(onnx: GraphBuilder, x: Value, weights: Constant[], window: Window): Value {
    return inChannelsFirst(onnx, x, dataFormat, (input) =>
      slideConvolution(onnx, input, weights, window),
    );
  }

  return {
    /** Merges the steps into the batch: `[N, T, ...]` -> `[N x T, ...]`, and splits them again. */
    prepare(onnx, x) {
      const [batch = 1, time = 1, ...sizes] = x.shape;
      const merged = onnx.reshape(x, [-1, ...sizes]);
      const convolved = convolve(onnx, merged, [kernel, ...bias], ofInput);
      return onnx.reshape(convolved, [batch, time, ...convolved.shape.slice(1)], [x]);
    },
    stateShapes([batch = 1, , ...prepared]) {
      const shape = [batch, ...prepared].with(channelAxis(4, dataFormat), filters);
      return [shape, shape];
    },
    step(onnx, prepared, [h, c]) {
      if (h === undefined || c === undefined) throw new Error("ConvLSTM2D has two states");
      const gates = onnx.op("Add", [prepared, convolve(onnx, h, [recurrent], ofState)]);
      const axis = channelAxis(4, dataFormat);
      const [i, f, candidate, o] = onnx.split(gates, axis, Array(4).fill(filters)) as [
        Value,
        Value,
        Value,
        Value,
      ];
      const open = (gate: Value) => activate(onnx, gate, config.recurrentActivation);
      const added = onnx.op("Mul", [open(i), activate(onnx, candidate, config.activation)]);
      const nextC = onnx.op("Add", [onnx.op("Mul", [open(f), c]), added]);
      const nextH = onnx.op("Mul", [open(o), activate(onnx, nextC, config.activation)]);
      return { output: nextH, states: [nextH, nextC] };
    },
  };
}
