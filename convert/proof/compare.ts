import type { Tensor as TfTensor } from "@tensorflow/tfjs";
import type { Session, Tensor } from "../../core/runtime.ts";
import type { Conversion } from "../convert.ts";
import { toChannelsFirst } from "../layers/layout.ts";
import type { TensorFlow } from "../tensorflow.ts";

/** Runs a converted graph on a model's inputs. @returns Its outputs, in the order of the model's. */
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

/** What TensorFlow.js gives, laid out as the graph's outputs are. */
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
  if (type === "int32") return { type, dims, data: Int32Array.from(data) };
  if (type === "uint8" || type === "bool")
    return { type: "uint8", dims, data: Uint8Array.from(data) };
  return { type: "float32", dims, data: Float32Array.from(data) };
}

/**
 * `max |a - b| / max(1, max |b|)`. Infinite for another shape, and where one is a finite number and
 * the other is not.
 */
export function difference(actual: Tensor, expected: Tensor): number {
  if (String(actual.dims) !== String(expected.dims)) return Number.POSITIVE_INFINITY;
  let largest = 1;
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
