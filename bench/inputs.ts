import type { Tensor } from "../core/runtime.ts";

/** The type and the shape of a graph's input. */
export interface InputShape {
  readonly name: string;
  readonly type: "float32" | "uint8";
  readonly dims: readonly number[];
}

/** Fills an input of shape `[...dims]` with varied values: constants might be computed faster. */
export function fillInput({ type, dims }: InputShape): Tensor {
  const length = dims.reduce((product, size) => product * size, 1);
  const data =
    type === "uint8"
      ? Uint8Array.from({ length }, (_, index) => (index * 7919) % 256)
      : Float32Array.from({ length }, (_, index) => Math.sin(index));
  return { type, dims, data };
}
