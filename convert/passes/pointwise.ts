import { reshaped, transposed } from "../graph/arrays.ts";
import { newNode, replaceValues } from "../graph/edit.ts";
import {
  elementCount,
  type Graph,
  type GraphNode,
  isConstant,
  isStatic,
  type Value,
} from "../graph/types.ts";
import { moveTransposes } from "./layout/index.ts";

/**
 * The largest image, in pixels, whose pointwise convolutions become products.
 *
 * ONNX Runtime multiplies the kernel by the image, with a column for each pixel. In WebAssembly
 * this is a quarter slower for an image of 7 x 7, whose 49 pixels leave the last block of 16 columns
 * almost empty. A product of the pixels and a constant matrix, which ONNX Runtime packs when it loads
 * the model, avoids this. At 14 x 14 nothing is gained.
 */
const MAXIMUM_PIXELS = 64;

/** With fewer weights the transposes cost more than the product saves. */
const MINIMUM_WEIGHTS = 65_536;

/**
 * Rewrites pointwise convolutions of small images as products with channels last. Transposes
 * between such convolutions then meet their inverses and remain only around larger kernels.
 */
export function multiplyPointwise(graph: Graph): void {
  const results = new Set<string>();
  graph.nodes = graph.nodes.flatMap((node) => {
    const nodes = product(node);
    if (nodes === undefined) return [node];
    for (const { outputs } of nodes) results.add(outputs[0]?.name ?? "");
    return nodes;
  });
  if (results.size === 0) return;
  moveTransposes(graph);
  clampInTwo(graph, results);
}

function product(node: GraphNode): GraphNode[] | undefined {
  const [x, kernel, bias] = node.inputs;
  const [output] = node.outputs;
  if (node.op !== "Conv" || x === undefined || output === undefined) return undefined;
  if (!isConstant(kernel) || !isPointwise(node, kernel.shape)) return undefined;
  const [outputs = 1, inputs = 1, ...sizes] = kernel.shape;
  const [, , ...image] = x.shape;
  if (!isStatic(image) || elementCount(image) > MAXIMUM_PIXELS) return undefined;
  if (inputs * outputs < MINIMUM_WEIGHTS) return undefined;
  const spatial = sizes.map((_, axis) => axis + 2);
  const matrix = transposed(reshaped(kernel, [outputs, inputs]), [1, 0]);
  const last = newNode("Transpose", `${node.name}/Transpose`, [x], { perm: [0, ...spatial, 1] });
  const multiplied = newNode("MatMul", node.name, [last.outputs[0], matrix]);
  const added = bias && newNode("Add", `${node.name}/Add`, [multiplied.outputs[0], bias]);
  const result = added ?? multiplied;
  const back = spatial.map((axis) => axis - 1);
  const first = newNode("Transpose", `${node.name}/Transpose`, [result.outputs[0]], {
    perm: [0, spatial.length + 1, ...back],
  });
  return [last, multiplied, ...(added ? [added] : []), { ...first, outputs: [output] }];
}

function isPointwise({ attributes }: GraphNode, kernel: readonly number[]): boolean {
  const all = (name: string, wanted: number) => {
    const values = attributes[name];
    return !Array.isArray(values) || values.every((value) => Number(value) === wanted);
  };
  return (
    kernel.slice(2).every((size) => size === 1) &&
    Number(attributes.group ?? 1) === 1 &&
    all("strides", 1) &&
    all("pads", 0)
  );
}

/**
 * Rewrites each `Clip` of a product as `Max` and `Min`, which take an eighth of the time. ONNX Runtime
 * fuses a `Clip` with a convolution, but after a product it branches for every element.
 */
function clampInTwo(graph: Graph, results: ReadonlySet<string>): void {
  const replaced = new Map<Value, Value>();
  graph.nodes = graph.nodes.flatMap((node) => {
    const [x, low, high] = node.inputs;
    const [output] = node.outputs;
    if (node.op !== "Clip" || x === undefined || !results.has(x.name)) return [node];
    if (low === undefined || high === undefined || output === undefined) return [node];
    const least = newNode("Max", `${node.name}/Max`, [x, low]);
    const most = newNode("Min", node.name, [least.outputs[0], high]);
    const [clamped] = most.outputs;
    if (clamped) replaced.set(output, clamped);
    return [least, most];
  });
  replaceValues(graph, replaced);
}
