import { LARGEST_HALF, numberToHalf, toOnnxType } from "../../onnx/index.ts";
import { constantsOf } from "../emit.ts";
import { newNode, removeDead, replaceValues } from "../graph/edit.ts";
import type { Constant, Graph, Value } from "../graph/types.ts";

/** Smaller tensors gain nothing. */
const SMALLEST_TENSOR = 64;

/**
 * Stores weights in half precision, which halves their size. The graph casts them back when it is
 * loaded, because the CPU kernels of most runtimes only compute in single precision. Tensors with
 * numbers that half precision cannot represent stay as they are.
 */
export function halveWeights(graph: Graph): void {
  const replaced = new Map<Value, Value>();
  const casts = constantsOf(graph)
    .filter(canHalve)
    .map((constant) => {
      const half = toHalf(constant);
      const cast = newNode("Cast", `${constant.name}/Cast`, [half], { to: toOnnxType("float32") });
      const [wide] = cast.outputs;
      if (wide !== undefined) replaced.set(constant, wide);
      return cast;
    });
  replaceValues(graph, replaced);
  graph.nodes.unshift(...casts);
  removeDead(graph);
}

function canHalve({ type, data }: Constant): boolean {
  if (type !== "float32" || data.length < SMALLEST_TENSOR) return false;
  return (data as Float32Array).every((value) => Math.abs(value) <= LARGEST_HALF);
}

function toHalf(constant: Constant): Constant {
  const data = Uint16Array.from(constant.data as Float32Array, numberToHalf);
  return { ...constant, type: "float16", data };
}
