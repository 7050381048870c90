/**
 * How the weights of a LayersModel lie in ONNX's initializers. The converter writes by these rules
 * and whoever reads weights back out of a graph undoes them, so they stand in one place.
 *
 * | weight | LayersModel | ONNX |
 * |---|---|---|
 * | `kernel`, `pointwise_kernel` of a convolution | `[...sizes, in, out]` | `[out, in, ...sizes]` |
 * | the same of single pixels, where it became a product | `[...1, in, out]` | `[in, out]` |
 * | `kernel` of a transposed convolution | `[...sizes, out, in]` | `[in, out, ...sizes]` |
 * | `depthwise_kernel` | `[...sizes, C, M]` | `[C * M, 1, ...sizes]` |
 * | all others: `kernel` of a dense layer, `bias`, `gamma`, ... | as it is | as it is |
 *
 * @module
 */

/** A tensor's shape after its axes have been put in another order. */
export interface WeightLayout {
  /** `permuted[i] = shape[perm[i]]` */
  readonly perm: readonly number[];
  /** What the permuted elements are then seen as. */
  readonly shape: readonly number[];
}

/**
 * From a layer's weight to an initializer.
 *
 * @param weight its name within the layer, such as `depthwise_kernel`.
 * @param shape as the layer has it.
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

/** An initializer as the layer's weight: seen as `seen`, its axes are then put in order. */
export interface LayerLayout {
  readonly seen: readonly number[];
  readonly perm: readonly number[];
  /** The weight's shape in its layer. */
  readonly shape: readonly number[];
}

/**
 * From an initializer back to a layer's weight.
 *
 * @param shape as the initializer has it.
 * @param multiplier the M of a depthwise convolution.
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
