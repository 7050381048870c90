import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { Layer } from "../layers/handler.ts";
import { isModel } from "../topology.ts";

/** What numbers an input may hold. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  /** A value that fills a third of the rows (all of the last axis): what a Masking layer looks for. */
  readonly blank?: number;
}

/** Sizes for axes that the model leaves open. */
export interface OpenSizes {
  readonly batch: number;
  readonly length: number;
  readonly side: number;
}

/** One case after the other. */
export const proofSizes: readonly OpenSizes[] = [
  { batch: 1, length: 5, side: 20 },
  { batch: 3, length: 9, side: 33 },
];

/** A shape with every open axis filled in. */
export function closedShape(symbol: SymbolicTensor, sizes: OpenSizes, batch?: number): number[] {
  return symbol.shape.map((size, axis) => {
    if (size !== null) return size;
    if (axis === 0) return batch ?? sizes.batch;
    return symbol.shape.length >= 4 ? sizes.side : sizes.length;
  });
}

/**
 * The range of each input, read off the layers that take it: rows of an embedding, categories,
 * pixels that are rescaled; otherwise -1 to 1.
 */
export function inputRanges(model: LayersModel): Range[] {
  return model.inputs.map((input) => {
    const found = readers(model, input);
    const ranges = found.flatMap(rangeOf);
    const masking = found.find((layer) => layer.getClassName() === "Masking");
    const blank = masking && { blank: Number(masking.getConfig().maskValue) };
    if (ranges.length > 0) return { ...narrowest(ranges), ...blank };
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
    case "CenterCrop":
      return [{ low: 0, high: 255, whole: true }];
    default:
      return [];
  }
}

/** Layers that read a symbolic tensor, through nested models and layers that keep the values. */
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

/** Values for one input: a ramp over the whole range, or drawn at random. */
export function fill(shape: readonly number[], range: Range, next?: () => number): number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  const span = range.high - range.low;
  const values = Array.from({ length: count }, (_, index) => {
    const fraction = next?.() ?? ((index * 7919) % 1009) / 1009;
    return range.whole
      ? Math.min(range.high, range.low + Math.floor(fraction * (span + 1)))
      : range.low + fraction * span;
  });
  return range.blank === undefined ? values : blankRows(values, shape.at(-1) ?? 1, range.blank);
}

function blankRows(values: number[], width: number, blank: number): number[] {
  return values.map((value, index) => (Math.floor(index / width) % 3 === 1 ? blank : value));
}
