import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { Layer } from "../layers/handler.ts";
import { isModel } from "../topology.ts";
import { isSoftmax } from "./softmax.ts";

/** The numbers that an input may hold. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  /** Whether each row (all of the last axis) is one-hot. */
  readonly hot?: boolean;
  /** A value that fills a third of the rows (all of the last axis), for a Masking layer to find. */
  readonly blank?: number;
}

/**
 * Returns the range of each input, from the layers that read it: rows of an embedding, categories,
 * pixels that are rescaled, one-hot tokens; otherwise -1 to 1.
 */
export function inputRanges(model: LayersModel): Range[] {
  return model.inputs.map((input) => {
    const found = readers(model, input);
    const ranges = found.flatMap(rangeOf);
    const masking = found.find((layer) => layer.getClassName() === "Masking");
    const blank = masking && { blank: Number(masking.getConfig().maskValue) };
    if (ranges.length > 0) return { ...narrowest(ranges), ...blank };
    if (isTokens(model, input, found)) return { low: 0, high: 1, whole: true, hot: true, ...blank };
    return input.dtype === "int32"
      ? { low: 0, high: 4, whole: true, ...blank }
      : { low: -1, high: 1, whole: false, ...blank };
  });
}

function narrowest(ranges: readonly Range[]): Range {
  const high = Math.min(...ranges.map((range) => range.high));
  return { low: 0, high, whole: ranges.some(({ whole }) => whole) };
}

function rangeOf(layer: Layer): Range[] {
  const config = layer.getConfig();
  switch (layer.getClassName()) {
    case "Embedding":
      return [{ low: 0, high: Number(config.inputDim) - 1, whole: true }];
    case "CategoryEncoding":
      return [{ low: 0, high: Number(config.numTokens) - 1, whole: true }];
    case "Rescaling":
    case "Resizing":
    case "HalfPixelResizing":
    case "CenterCrop":
      return [{ low: 0, high: 255, whole: true }];
    default:
      return [];
  }
}

const RECURRENT = /^(RNN|SimpleRNN|LSTM|GRU|ResetAfterGRU|Bidirectional|Masking)$/;

/**
 * Returns whether a recurrent network has as many output classes as input features, as one that
 * predicts its next input has.
 */
function isTokens(model: LayersModel, { shape }: SymbolicTensor, found: readonly Layer[]): boolean {
  const width = shape.at(-1);
  return (
    shape.length === 3 &&
    found.some((layer) => RECURRENT.test(layer.getClassName())) &&
    model.outputs.some((output) => output.shape.at(-1) === width && isSoftmax(output))
  );
}

/**
 * Returns the layers that read a symbolic tensor, through nested models and layers that keep the
 * values.
 */
function readers(model: LayersModel, symbol: SymbolicTensor): Layer[] {
  return model.layers.flatMap((layer) =>
    layer.inboundNodes.flatMap((node) =>
      node.inputTensors.flatMap((tensor, index): Layer[] => {
        if (tensor.id !== symbol.id) return [];
        const inner = isModel(layer) ? layer.inputs[index] : undefined;
        if (isModel(layer)) return inner === undefined ? [] : readers(layer, inner);
        const passes = ["Reshape", "Flatten", "Permute", "RepeatVector"].includes(
          layer.getClassName(),
        );
        return passes
          ? node.outputTensors.flatMap((output) => readers(model, output))
          : unwrap(layer);
      }),
    ),
  );
}

function unwrap(layer: Layer): Layer[] {
  const inner: unknown = Reflect.get(layer, "layer");
  return layer.getClassName() === "TimeDistributed" ? [inner as Layer] : [layer];
}

/**
 * Returns values for one input.
 *
 * @param next - draws a number from 0 to 1; without it, the values are a fixed ramp over the range.
 */
export function fill(shape: readonly number[], range: Range, next?: () => number): number[] {
  const width = shape.at(-1) ?? 1;
  const count = shape.reduce((product, size) => product * size, 1);
  const fractions = (length: number) =>
    Array.from({ length }, (_, index) => next?.() ?? ((index * 7919) % 1009) / 1009);
  const values = range.hot
    ? fractions(count / width).flatMap((fraction) => oneHot(width, Math.floor(fraction * width)))
    : fractions(count).map((fraction) => inRange(range, fraction));
  return range.blank === undefined ? values : blankRows(values, width, range.blank);
}

function inRange({ low, high, whole }: Range, fraction: number): number {
  const span = high - low;
  return whole ? Math.min(high, low + Math.floor(fraction * (span + 1))) : low + fraction * span;
}

function oneHot(width: number, place: number): number[] {
  return Array.from({ length: width }, (_, index) => (index === place ? 1 : 0));
}

function blankRows(values: number[], width: number, blank: number): number[] {
  return values.map((value, index) => (Math.floor(index / width) % 3 === 1 ? blank : value));
}
