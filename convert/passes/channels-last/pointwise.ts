import { reshaped, transposed } from "../../graph/arrays.ts";
import { newNode } from "../../graph/edit.ts";
import {
  elementCount,
  type Graph,
  type GraphNode,
  isConstant,
  isStatic,
  type Value,
} from "../../graph/types.ts";

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
 * Rewrites pointwise convolutions of small images as products with channels last, between transposes.
 *
 * @returns what the products compute
 */
export function multiplyPointwise(graph: Graph): Value[] {
  const results: Value[] = [];
  graph.nodes = graph.nodes.flatMap((node) => {
    const nodes = product(node);
    results.push(...(nodes ?? []).flatMap(({ outputs }) => outputs));
    return nodes ?? [node];
  });
  return results;
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
