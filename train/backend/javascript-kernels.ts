import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

type Values = Float32Array | Int32Array | Uint8Array;

/** The part of the pure-JavaScript backend that these kernels use. */
interface JavaScriptBackend {
  readSync(dataId: object): Values;
  makeTensorInfo(shape: number[], dtype: "float32", values: Values): tfTypes.TensorInfo;
}

type KernelArguments = Parameters<tfTypes.KernelFunc>[0];

/**
 * Replaces the three kernels of the pure-JavaScript backend that take nine tenths of a training's time.
 *
 * The stock kernels call a function of variable arity for every number, or read the whole input for
 * each row of the output. These compute the same numbers in the order of memory.
 */
export function registerJavaScriptKernels(tf: TensorFlow): void {
  replaceKernel(tf, "Conv2DBackpropFilter", (call, stock) =>
    call.attrs?.dataFormat === "NCHW" ? stock(call) : filterGradient(tf, call),
  );
  replaceKernel(tf, "UnsortedSegmentSum", (call, stock) =>
    call.inputs.x?.dtype === "float32" ? segmentSum(call) : stock(call),
  );
  replaceKernel(tf, "SplitV", (call, stock) =>
    call.inputs.x?.dtype === "float32" ? split(tf, call) : stock(call),
  );
}

type Replacement = (
  call: KernelArguments,
  stock: tfTypes.KernelFunc,
) => ReturnType<tfTypes.KernelFunc>;

function replaceKernel(tf: TensorFlow, kernelName: string, replacement: Replacement): void {
  const backendName = "cpu";
  const stock = tf.getKernel(kernelName, backendName).kernelFunc;
  const kernelFunc = (call: KernelArguments) => replacement(call, stock);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc });
}

/** Computes the gradient of a convolution with respect to its filter, `[rows, columns, C, F]`. */
function filterGradient(tf: TensorFlow, call: KernelArguments): tfTypes.TensorInfo {
  const backend = call.backend as JavaScriptBackend;
  const { x, dy } = call.inputs as Record<"x" | "dy", tfTypes.TensorInfo>;
  const { filterShape, strides, pad, dimRoundingMode } = call.attrs as unknown as ConvolutionCall;
  const shape = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const sums = new Float32Array(filterShape.reduce((product, size) => product * size, 1));
  addOuterProducts(sums, backend.readSync(x.dataId), backend.readSync(dy.dataId), shape);
  return backend.makeTensorInfo([...filterShape], "float32", sums);
}

/** The attributes of `Conv2DBackpropFilter`. */
interface ConvolutionCall {
  readonly filterShape: [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** The sizes of a convolution. */
type ConvolutionShape = ReturnType<TensorFlow["backend_util"]["computeConv2DInfo"]>;

/** Adds the product of each output position's gradient and each pixel under the filter. */
function addOuterProducts(sums: Float32Array, x: Values, dy: Values, shape: ConvolutionShape) {
  const { inHeight, inWidth, filterHeight, filterWidth } = shape;
  const places = shape.batchSize * shape.outHeight * shape.outWidth;
  for (let place = 0; place < places; place++) {
    const column = place % shape.outWidth;
    const row = Math.floor(place / shape.outWidth) % shape.outHeight;
    const image = Math.floor(place / (shape.outWidth * shape.outHeight));
    const gradient = rowOf(dy, place, shape.outChannels);
    for (let filterRow = 0; filterRow < filterHeight; filterRow++) {
      const y = row * shape.strideHeight + filterRow - shape.padInfo.top;
      if (y < 0 || y >= inHeight) continue;
      for (let filterColumn = 0; filterColumn < filterWidth; filterColumn++) {
        const left = column * shape.strideWidth + filterColumn - shape.padInfo.left;
        if (left < 0 || left >= inWidth) continue;
        const pixel = ((image * inHeight + y) * inWidth + left) * shape.inChannels;
        const tap = (filterRow * filterWidth + filterColumn) * shape.inChannels;
        for (let channel = 0; channel < shape.inChannels; channel++) {
          const value = x[pixel + channel] ?? 0;
          // After a ReLU half of the values are zero.
          if (value === 0) continue;
          addScaled(sums, (tap + channel) * shape.outChannels, gradient, value);
        }
      }
    }
  }
}

/** Returns a row of a matrix whose rows have `size` values, without a copy. */
function rowOf(values: Values, row: number, size: number): Values {
  return values.subarray(row * size, (row + 1) * size);
}

/** Adds a row, multiplied by a factor, to the sums from `at` on. */
function addScaled(sums: Float32Array, at: number, row: Values, factor: number): void {
  for (let index = 0; index < row.length; index++) {
    sums[at + index] = (sums[at + index] ?? 0) + factor * (row[index] ?? 0);
  }
}

/** Sums the rows of each segment: the gradient of a gather. */
function segmentSum(call: KernelArguments): tfTypes.TensorInfo {
  const backend = call.backend as JavaScriptBackend;
  const { x, segmentIds } = call.inputs as Record<"x" | "segmentIds", tfTypes.TensorInfo>;
  const segments = Number(call.attrs?.numSegments);
  const shape = [segments, ...x.shape.slice(segmentIds.shape.length)];
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  const sums = new Float32Array(segments * size);
  const rows = backend.readSync(x.dataId);
  for (const [row, segment] of backend.readSync(segmentIds.dataId).entries()) {
    // Like the stock kernel, leaves out rows without a segment.
    if (segment < 0 || segment >= segments) continue;
    addScaled(sums, segment * size, rowOf(rows, row, size), 1);
  }
  return backend.makeTensorInfo(shape, "float32", sums);
}

/** Splits a tensor along an axis. */
function split(tf: TensorFlow, call: KernelArguments): tfTypes.TensorInfo[] {
  const backend = call.backend as JavaScriptBackend;
  const { x } = call.inputs as Record<"x", tfTypes.TensorInfo>;
  const { numOrSizeSplits, axis } = call.attrs as unknown as SplitCall;
  const [dimension = 0] = tf.util.parseAxisParam(axis, x.shape);
  const lengths = tf.backend_util.prepareSplitSize(
    { shape: x.shape } as tfTypes.Tensor,
    numOrSizeSplits,
    dimension,
  );
  const inner = x.shape.slice(dimension + 1).reduce((product, size) => product * size, 1);
  const row = (x.shape[dimension] ?? 1) * inner;
  const values = backend.readSync(x.dataId);
  let begin = 0;
  return lengths.map((length) => {
    const width = length * inner;
    const piece = new Float32Array((values.length / row) * width);
    for (let from = begin, to = 0; to < piece.length; from += row, to += width) {
      piece.set(values.subarray(from, from + width), to);
    }
    begin += width;
    return backend.makeTensorInfo(x.shape.with(dimension, length), "float32", piece);
  });
}

/** The attributes of `SplitV`. */
interface SplitCall {
  readonly numOrSizeSplits: number | number[];
  readonly axis: number;
}
