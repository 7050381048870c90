import type { Tensor } from "../../core/runtime.ts";

/** An input of a graph that is measured. */
export interface InputShape {
  readonly name: string;
  readonly type: "float32" | "uint8";
  readonly dims: readonly number[];
}

/** Numbers that are neither constant nor tiny: what computes with them cannot take short cuts. */
export function patterned({ type, dims }: InputShape): Tensor {
  const length = dims.reduce((product, size) => product * size, 1);
  const data =
    type === "uint8"
      ? Uint8Array.from({ length }, (_, index) => (index * 7919) % 256)
      : Float32Array.from({ length }, (_, index) => Math.sin(index));
  return { type, dims, data };
}
