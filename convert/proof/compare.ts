import type { Tensor as TfTensor } from "@tensorflow/tfjs";
import type { Session, Tensor } from "../../core/runtime.ts";
import type { Conversion } from "../convert.ts";
import { toChannelsFirst } from "../layers/layout.ts";
import type { TensorFlow } from "../tensorflow.ts";

/**
 * Runs a converted graph on a model's inputs, `[N, ...]` each; an image is `[N, H, W, C]`, whichever
 * layout the graph takes.
 *
 * @returns the outputs in the model's order, in the graph's layout.
 */
export async function runGraph(
  tf: TensorFlow,
  session: Session,
  { inputs: ports, outputs, settings }: Conversion,
  inputs: readonly TfTensor[],
): Promise<Tensor[]> {
  const seen = tf.tidy(() => inputs.map((tensor) => asLaidOut(tf, tensor, settings.layout)));
  const feeds = ports.map(({ name, type }, index) => {
    const tensor = seen[index];
    if (tensor === undefined) throw new Error(`No value for the input ${name}`);
    return [name, toRuntime(tensor, type)] as const;
  });
  const given = await session.run(Object.fromEntries(feeds));
  tf.dispose(seen);
  return outputs.map(({ name }) => {
    const value = given[name];
    if (value === undefined) throw new Error(`No output ${name}`);
    return value;
  });
}

/**
 * Returns outputs of TensorFlow.js, `[N, ...]`, in the layout of the graph's outputs: images become
 * `[N, C, H, W]` with the layout `nchw`.
 */
export function expectedOutputs(
  tf: TensorFlow,
  { settings }: Conversion,
  outputs: readonly TfTensor[],
): Tensor[] {
  return outputs.map((output) => {
    const seen = tf.tidy(() => asLaidOut(tf, output, settings.layout));
    const value = toRuntime(seen, seen.dtype);
    seen.dispose();
    return value;
  });
}

function asLaidOut(tf: TensorFlow, tensor: TfTensor, layout: "nhwc" | "nchw"): TfTensor {
  return layout === "nchw" && tensor.rank === 4
    ? tf.transpose(tensor, toChannelsFirst(4))
    : tensor.clone();
}

function toRuntime(tensor: TfTensor, type: string): Tensor {
  const data = tensor.dataSync();
  const dims = tensor.shape;
  if (type === "int64") {
    // ONNX Runtime takes it, although the type of `core` lacks it.
    return { type, dims, data: BigInt64Array.from(data, BigInt) } as unknown as Tensor;
  }
  if (type === "int32") return { type, dims, data: Int32Array.from(data) };
  if (type === "uint8" || type === "bool")
    return { type: "uint8", dims, data: Uint8Array.from(data) };
  return { type: "float32", dims, data: Float32Array.from(data) };
}

/**
 * The smallest magnitude that errors are divided by. The absolute error of ONNX Runtime's sigmoid and
 * tanh, about 3e-8, becomes at most 3e-5.
 */
const SMALLEST_SCALE = 1e-3;

/**
 * Returns `max |a - b| / max(scale, max |b|)`. Infinite where the shapes differ, and where only one
 * of two numbers is finite.
 *
 * @param actual - `a`, `[...]`
 * @param expected - `b`, of the same shape
 * @param scale - the smallest divisor
 */
export function difference(actual: Tensor, expected: Tensor, scale = SMALLEST_SCALE): number {
  if (String(actual.dims) !== String(expected.dims)) return Number.POSITIVE_INFINITY;
  let largest = scale;
  let apart = 0;
  for (const [index, value] of expected.data.entries()) {
    const other = actual.data[index] ?? Number.NaN;
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    if (Object.is(other, value) || other === value) continue;
    if (!Number.isFinite(other) || !Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    apart = Math.max(apart, Math.abs(other - value));
  }
  return apart / largest;
}

/** Smaller probabilities are not compared, because single precision ends at about 1e-38. */
const SMALLEST_PROBABILITY = 1e-30;

/**
 * Compares softmax outputs by their logarithms, which are the logits up to a constant. Errors in small
 * probabilities, which can change the order of words, are then as visible as those in large ones.
 *
 * @param actual - probabilities, `[..., C]`
 * @param expected - probabilities of the same shape
 * @returns the largest difference of two logarithms
 */
export function logitsDifference(actual: Tensor, expected: Tensor): number {
  const probable = [...expected.data.keys()].filter(
    (index) => Number(expected.data[index]) >= SMALLEST_PROBABILITY,
  );
  const logits = ({ data }: Tensor): Tensor => ({
    type: "float32",
    dims: [probable.length],
    data: Float32Array.from(probable, (index) => Math.log(Number(data[index]))),
  });
  // Scale 1, because the logarithm of a probability near 1 is near 0.
  return difference(logits(actual), logits(expected), 1);
}

/** Returns whether a tensor of any shape `[...]` holds a finite number, or is empty. */
export function hasFinite({ data }: Tensor): boolean {
  return data.length === 0 || data.some((value: number) => Number.isFinite(value));
}
