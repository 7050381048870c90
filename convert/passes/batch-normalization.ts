import { mapped } from "../graph/arrays.ts";
import { Edges, rebuilt, removeDead, replaceValues } from "../graph/edit.ts";
import {
  type Constant,
  elementCount,
  type Graph,
  type GraphNode,
  isConstant,
  type Value,
} from "../graph/types.ts";

/**
 * Folds a batch normalization into the convolution before it, if nothing else reads the
 * convolution.
 *
 * With `s = gamma / sqrt(variance + epsilon)`, the kernel is scaled by `s` and the bias becomes
 * `(bias - mean) s + beta`.
 */
export function foldBatchNormalization(graph: Graph): void {
  const edges = new Edges(graph);
  const replaced = new Map<Value, Value>();
  graph.nodes = graph.nodes.map((node) => {
    const normalization = followingNormalization(node, edges);
    const folded = normalization && fold(node, normalization);
    const [before, after] = [normalization?.outputs[0], folded?.outputs[0]];
    if (folded === undefined || before === undefined || after === undefined) return node;
    replaced.set(before, after);
    return folded;
  });
  replaceValues(graph, replaced);
  removeDead(graph);
}

function followingNormalization(node: GraphNode, edges: Edges): GraphNode | undefined {
  const [output] = node.outputs;
  if ((node.op !== "Conv" && node.op !== "ConvTranspose") || output === undefined) return undefined;
  const reader = edges.onlyReader(output);
  return reader?.op === "BatchNormalization" ? reader : undefined;
}

function fold(convolution: GraphNode, normalization: GraphNode): GraphNode | undefined {
  const [x, kernel, bias] = convolution.inputs;
  const [, gamma, beta, mean, variance] = normalization.inputs;
  if (![kernel, gamma, beta, mean, variance].every(isConstant)) return undefined;
  if (bias !== undefined && !isConstant(bias)) return undefined;
  const epsilon = epsilonOf(normalization);
  const at = (constant: Value | undefined, channel: number): number =>
    isConstant(constant) ? Number(constant.data[channel]) : 0;
  const scale = (channel: number) =>
    at(gamma, channel) / Math.sqrt(at(variance, channel) + epsilon);
  if (!isConstant(kernel) || !isConstant(mean)) return undefined;
  const scaled = scaleKernel(convolution, kernel, mean.data.length, scale);
  const name = bias?.name ?? kernel.name.replace(/[^/]*$/, "bias");
  const shifted = mapped(
    mean,
    name,
    (value, channel) => (at(bias, channel) - value) * scale(channel) + at(beta, channel),
  );
  const folded = rebuilt(convolution, { inputs: [x, scaled, shifted] });
  // The output keeps the name of the normalization.
  for (const output of folded.outputs) output.name = normalization.outputs[0]?.name ?? output.name;
  return folded;
}

/**
 * Scales the output channels of a kernel: its first axis, or the second of a transposed convolution.
 */
function scaleKernel(
  node: GraphNode,
  kernel: Constant,
  channels: number,
  scale: (channel: number) => number,
): Constant {
  const [, second = 1, ...sizes] = kernel.shape;
  const area = elementCount(sizes);
  const factors = Float64Array.from({ length: channels }, (_, channel) => scale(channel));
  const channelOf =
    node.op === "Conv"
      ? (index: number) => Math.floor(index / (second * area))
      : (index: number) => Math.floor(index / area) % second;
  return mapped(kernel, kernel.name, (value, index) => value * (factors[channelOf(index)] ?? 1));
}

function epsilonOf(node: GraphNode): number {
  const epsilon = node.attributes.epsilon;
  return typeof epsilon === "object" && "float" in epsilon ? epsilon.float : 1e-5;
}
