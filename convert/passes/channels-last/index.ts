/**
 * Computes small images with channels last, where ONNX Runtime's convolutions in WebAssembly are slow.
 *
 * @module
 */
import type { Graph } from "../../graph/types.ts";
import { moveTransposes } from "../layout/index.ts";
import { clampInTwo } from "./clamp.ts";
import { sumShifted } from "./depthwise.ts";
import { multiplyPointwise } from "./pointwise.ts";

/**
 * Rewrites pointwise convolutions of small images as products, depthwise ones between them as sums, and
 * the `Clip` behind either as `Max` and `Min`. Transposes between them then meet their inverses.
 */
export function computeChannelsLast(graph: Graph): void {
  const products = multiplyPointwise(graph);
  if (products.length === 0) return;
  moveTransposes(graph);
  const sums = sumShifted(graph);
  moveTransposes(graph);
  clampInTwo(graph, new Set([...products, ...sums].map(({ name }) => name)));
}
