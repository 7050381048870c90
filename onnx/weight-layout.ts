/**
 * The layout of a LayersModel's weights in ONNX's initializers, for the converter and for reading
 * weights back out of a graph.
 *
 * | weight | LayersModel | ONNX |
 * |---|---|---|
 * | `kernel`, `pointwise_kernel` of a convolution | `[...sizes, in, out]` | `[out, in, ...sizes]` |
 * | the same of a pointwise convolution that became a product | `[...1, in, out]` | `[in, out]` |
 * | `kernel` of a transposed convolution | `[...sizes, out, in]` | `[in, out, ...sizes]` |
 * | `depthwise_kernel` | `[...sizes, C, M]` | `[C * M, 1, ...sizes]` |
 * | all others: `kernel` of a dense layer, `bias`, `gamma`, ... | unchanged | unchanged |
 *
 * @module
 */

/**
 * For each gate of ONNX's LSTM (i, o, f, c), its place in TensorFlow.js and Keras (i, f, c, o):
 * `onnx[place] = keras[LSTM_GATES[place]]`.
 */
export const LSTM_GATES: readonly number[] = [0, 3, 1, 2];

/** A permutation and the shape afterwards. */
export interface WeightLayout {
  /** `permuted[i] = shape[perm[i]]` */
  readonly perm: readonly number[];
  /** The shape of the permuted elements. */
  readonly shape: readonly number[];
}

/**
 * Returns how a layer's weight becomes an initializer.
 *
 * @param weight - its name within the layer, such as `depthwise_kernel`.
 * @param shape - in the layer.
 */
export function initializerLayout(weight: string, shape: readonly number[]): WeightLayout {
  const rank = shape.length;
  const sizes = shape.slice(0, -2);
  const [first = 1, second = 1] = shape.slice(-2);
  const spatial = sizes.map((_, axis) => axis);
  if (weight === "depthwise_kernel") {
    return { perm: [rank - 2, rank - 1, ...spatial], shape: [first * second, 1, ...sizes] };
  }
  if (isConvolutionKernel(weight, rank)) {
    return { perm: [rank - 1, rank - 2, ...spatial], shape: [second, first, ...sizes] };
  }
  return { perm: shape.map((_, axis) => axis), shape };
}

/** Describes how an initializer becomes a layer's weight: reshaped to `seen`, then permuted. */
export interface LayerLayout {
  readonly seen: readonly number[];
  readonly perm: readonly number[];
  /** The shape of the weight in its layer. */
  readonly shape: readonly number[];
}

/**
 * Returns how an initializer becomes a layer's weight.
 *
 * @param shape - of the initializer.
 * @param multiplier - the M of a depthwise convolution.
 */
export function layerLayout(
  weight: string,
  shape: readonly number[],
  multiplier: number,
): LayerLayout {
  const [first = 1, second = 1, ...sizes] = shape;
  const spatial = sizes.map((_, axis) => axis + 2);
  if (weight === "depthwise_kernel") {
    const seen = [first / multiplier, multiplier, ...sizes];
    return { seen, perm: [...spatial, 0, 1], shape: [...sizes, first / multiplier, multiplier] };
  }
  if (isConvolutionKernel(weight, shape.length)) {
    return { seen: shape, perm: [...spatial, 1, 0], shape: [...sizes, second, first] };
  }
  return { seen: shape, perm: shape.map((_, axis) => axis), shape };
}

function isConvolutionKernel(weight: string, rank: number): boolean {
  return (weight === "kernel" || weight === "pointwise_kernel") && rank > 2;
}
