import { largestHalf, numberToHalf, toOnnxType } from "../../onnx/index.ts";
import { constantsOf } from "../emit.ts";
import { newNode, removeDead, replaceValues } from "../graph/edit.ts";
import type { Constant, Graph, Value } from "../graph/types.ts";

/** Smaller tensors would gain nothing. */
const smallest = 64;

/**
 * Stores weights in half precision and widens them when the graph is loaded: half the size, computed
 * in single precision (the CPU kernels of most runtimes have no other). A tensor with a number that
 * half precision cannot hold stays as it is.
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
  if (type !== "float32" || data.length < smallest) return false;
  return (data as Float32Array).every((value) => Math.abs(value) <= largestHalf);
}

function toHalf(constant: Constant): Constant {
  const data = Uint16Array.from(constant.data as Float32Array, numberToHalf);
  return { ...constant, type: "float16", data };
}
