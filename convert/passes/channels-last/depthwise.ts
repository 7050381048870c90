import { reshaped, transposed } from "../../graph/arrays.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import { Edges } from "../../graph/edit.ts";
import {
  type Attribute,
  type Constant,
  elementCount,
  type Graph,
  type GraphNode,
  isConstant,
  isStatic,
  type Value,
} from "../../graph/types.ts";
import { permOf } from "../layout/permutations.ts";

/**
 * The largest image, in pixels, whose depthwise convolutions become sums.
 *
 * ONNX Runtime copies each channel's neighbourhoods into a matrix before it multiplies, short run by
 * short run. At 7 x 7 with 960 channels the sum takes 0.34 instead of 0.70 ms, at 14 x 14 with 384
 * it takes 0.52 instead of 0.64, of which the transposes around the convolution are the difference.
 */
const MAXIMUM_PIXELS = 64;

/** With fewer channels the nodes cost more than the sum saves. */
const MINIMUM_CHANNELS = 512;

/** The largest kernel, in places; larger ones were not measured. */
const MAXIMUM_PLACES = 9;

/** The operations of a sum have the same form in all later versions that the converter writes. */
const OPSET = 17;

/**
 * Rewrites depthwise convolutions of small images that are there with channels last: each place of the
 * kernel multiplies the padded image, shifted by that place, and the sum of these is the result.
 *
 * @returns what the sums compute
 */
export function sumShifted(graph: Graph): Value[] {
  const edges = new Edges(graph);
  const results: Value[] = [];
  graph.nodes = graph.nodes.flatMap((node) => {
    const nodes = sum(node, channelsLast(edges.producer(node.inputs[0])));
    results.push(...(nodes ?? []).flatMap(({ outputs }) => outputs));
    return nodes ?? [node];
  });
  return results;
}

/** Returns the image `[N, H, W, C]` that a node transposes to `[N, C, H, W]`. */
function channelsLast(node: GraphNode | undefined): Value | undefined {
  return String(permOf(node)) === "0,3,1,2" ? node?.inputs[0] : undefined;
}

function sum(node: GraphNode, image: Value | undefined): GraphNode[] | undefined {
  const [, kernel] = node.inputs;
  if (node.op !== "Conv" || image === undefined || !isConstant(kernel)) return undefined;
  if (!isDepthwise(node, kernel) || !isSmall(image)) return undefined;
  const onnx = new GraphBuilder({ name: "sum", inputs: [], outputs: [], nodes: [] }, OPSET);
  onnx.scope = node.name;
  onnx.transpose(sumOfPlaces(onnx, node, image, kernel), [0, 3, 1, 2]);
  const { nodes } = onnx.graph;
  return nodes.map((each, index) =>
    index === nodes.length - 1 ? { ...each, outputs: node.outputs } : each,
  );
}

/** Appends what a depthwise convolution computes, `[N, H, W, C]`. */
function sumOfPlaces(onnx: GraphBuilder, node: GraphNode, image: Value, kernel: Constant): Value {
  const [channels = 1, , rows = 1, columns = 1] = kernel.shape;
  const [height = 1, width = 1] = node.outputs.flatMap(({ shape }) => shape.slice(2)).map(Number);
  const [top = 0, left = 0, bottom = 0, right = 0] = numbers(node.attributes.pads);
  const padded = onnx.pad(image, [0, top, left, 0], [0, bottom, right, 0]);
  // In the layer's own layout, [rows, columns, C], so that training can read it.
  const places = transposed(reshaped(kernel, [channels, rows, columns]), [1, 2, 0]);
  const count = rows * columns;
  const weights = onnx.split(onnx.reshape(places, [count, channels]), 0, Array(count).fill(1));
  const products = weights.map((weight, place) => {
    const [y, x] = [Math.floor(place / columns), place % columns];
    const range = [onnx.ints([y, x]), onnx.ints([y + height, x + width]), onnx.ints([1, 2])];
    return onnx.op("Mul", [onnx.op("Slice", [padded, ...range]), weight]);
  });
  const total = onnx.op("Sum", products);
  const [, , bias] = node.inputs;
  return bias === undefined ? total : onnx.op("Add", [total, bias]);
}

function isDepthwise({ attributes }: GraphNode, kernel: Constant): boolean {
  const [channels = 1, each, ...sizes] = kernel.shape;
  const ones = (name: string) => numbers(attributes[name]).every((value) => value === 1);
  return (
    each === 1 &&
    Number(attributes.group ?? 1) === channels &&
    channels >= MINIMUM_CHANNELS &&
    sizes.length === 2 &&
    elementCount(sizes) <= MAXIMUM_PLACES &&
    attributes.auto_pad === undefined &&
    ones("strides") &&
    ones("dilations")
  );
}

function isSmall({ shape }: Value): boolean {
  const [, height, width] = shape;
  if (height === undefined || width === undefined) return false;
  const size = [height, width];
  return isStatic(size) && elementCount(size) <= MAXIMUM_PIXELS;
}

function numbers(attribute: Attribute | undefined): number[] {
  return Array.isArray(attribute) ? attribute.map(Number) : [];
}
