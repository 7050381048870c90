import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/types.ts";

export type DataFormat = "channelsLast" | "channelsFirst";

/** Returns the permutation from `[N, ..., C]` to `[N, C, ...]`: `[0, rank - 1, 1, ..., rank - 2]`. */
export function toChannelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, index) => index + 1)];
}

/** Returns the permutation from `[N, C, ...]` to `[N, ..., C]`: `[0, 2, ..., rank - 1, 1]`. */
export function toChannelsLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, index) => index + 2), 1];
}

/**
 * Runs an operation that ONNX defines for `[N, C, ...]` only, on a tensor of any format.
 *
 * Always writes the transposes; the layout pass removes those that meet their inverse.
 */
export function inChannelsFirst(
  onnx: GraphBuilder,
  x: Value,
  format: DataFormat,
  operation: (x: Value) => Value,
): Value {
  if (format === "channelsFirst") return operation(x);
  const y = operation(onnx.transpose(x, toChannelsFirst(x.shape.length)));
  return onnx.transpose(y, toChannelsLast(y.shape.length));
}

/** Runs an operation that tfjs computes with the channels last, on a tensor of any format. */
export function inChannelsLast(
  onnx: GraphBuilder,
  x: Value,
  format: DataFormat,
  operation: (x: Value) => Value,
): Value {
  if (format === "channelsLast") return operation(x);
  const y = operation(onnx.transpose(x, toChannelsLast(x.shape.length)));
  return onnx.transpose(y, toChannelsFirst(y.shape.length));
}

/** Returns the axis of the channels. */
export function channelAxis(rank: number, format: DataFormat): number {
  return format === "channelsFirst" ? 1 : rank - 1;
}
