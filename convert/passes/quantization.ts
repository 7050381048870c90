import { toOnnxType } from "../../onnx/index.ts";
import { transposed } from "../graph/arrays.ts";
import { newNode, removeDead, subgraphs } from "../graph/edit.ts";
import {
  type Constant,
  type Graph,
  type GraphNode,
  isConstant,
  type Value,
} from "../graph/types.ts";

/** Smaller matrices gain nothing. */
const SMALLEST_MATRIX = 1024;

/**
 * Stores the weights of products and recurrent layers as signed bytes with a scale for every output
 * channel, and quantizes at run time what products and LSTMs multiply them with.
 *
 * Products, also in bodies of `Scan`, use ONNX's own operations (`DynamicQuantizeLinear`,
 * `MatMulInteger`), LSTMs ONNX Runtime's `com.microsoft.DynamicQuantizeLSTM`. GRUs and simple RNNs,
 * which have no such operation, dequantize their weights. Convolutions keep their precision.
 */
export function quantizeWeights(graph: Graph): void {
  quantizeNodes(graph);
  removeDead(graph);
}

function quantizeNodes(graph: Graph): void {
  for (const body of graph.nodes.flatMap(subgraphs)) quantizeNodes(body);
  graph.nodes = graph.nodes.flatMap(quantizeNode);
}

function quantizeNode(node: GraphNode): GraphNode[] {
  switch (node.op) {
    case "MatMul":
      return quantizeProduct(node);
    case "LSTM":
      return quantizeLstm(node);
    case "GRU":
    case "RNN":
      return widenWeights(node);
    default:
      return [node];
  }
}

function quantizeProduct(node: GraphNode): GraphNode[] {
  const [x, kernel] = node.inputs;
  const [output] = node.outputs;
  if (x === undefined || output === undefined || !isQuantizable(kernel, 2)) return [node];
  const { values, scale } = quantizeColumns(kernel);
  const dynamic = newNode("DynamicQuantizeLinear", `${node.name}/quantize`, [x]);
  const [bytes, step, zero] = dynamic.outputs;
  const product = newNode("MatMulInteger", node.name, [bytes, values, zero]);
  const wide = newNode("Cast", `${node.name}/Cast`, product.outputs, { to: toOnnxType("float32") });
  const factor = newNode("Mul", `${node.name}/scale`, [scale, step]);
  const scaled = newNode("Mul", `${node.name}/Mul`, [wide.outputs[0], factor.outputs[0]]);
  return [dynamic, product, wide, factor, { ...scaled, outputs: [output] }];
}

/**
 * Replaces an LSTM by ONNX Runtime's quantized one, whose `W` and `R` are `[1, I, 4 H]` instead of
 * `[1, 4 H, I]`.
 */
function quantizeLstm(node: GraphNode): GraphNode[] {
  const [x, kernel, recurrent, bias, lengths, hidden, carry] = node.inputs;
  if (!isQuantizable(kernel, 3) || !isQuantizable(recurrent, 3)) return [node];
  const [w, r] = [kernel, recurrent].map((matrix) =>
    quantizeColumns(transposed(matrix, [0, 2, 1])),
  );
  if (w === undefined || r === undefined) return [node];
  const zero = (scale: Constant): Constant => ({
    ...scale,
    name: scale.name.replace(/_scale$/, "_zero"),
    type: "int8",
    data: new Int8Array(scale.data.length),
  });
  const scales = [w.scale, zero(w.scale), r.scale, zero(r.scale)];
  const inputs: (Value | undefined)[] = [
    x,
    w.values,
    r.values,
    bias,
    lengths,
    hidden,
    carry,
    undefined,
  ];
  return [
    { ...node, op: "DynamicQuantizeLSTM", domain: "com.microsoft", inputs: [...inputs, ...scales] },
  ];
}

/**
 * Stores `W` and `R` of a GRU or RNN, `[1, gates x H, I]`, as bytes, and dequantizes them before it.
 * Like all quantized matrices they are stored with the outputs last, `[1, I, gates x H]`.
 */
function widenWeights(node: GraphNode): GraphNode[] {
  const before: GraphNode[] = [];
  const inputs = node.inputs.map((value, place) => {
    if ((place !== 1 && place !== 2) || !isQuantizable(value, 3)) return value;
    const { values, scale } = quantizeColumns(transposed(value, [0, 2, 1]));
    const flat = { ...scale, shape: [scale.data.length] };
    const wide = newNode("DequantizeLinear", `${value.name}/Dequantize`, [values, flat], {
      axis: 2,
    });
    const turned = newNode("Transpose", `${value.name}/Transpose`, wide.outputs, {
      perm: [0, 2, 1],
    });
    before.push(wide, turned);
    return turned.outputs[0];
  });
  return [...before, { ...node, inputs }];
}

function isQuantizable(value: Value | undefined, rank: number): value is Constant {
  return (
    isConstant(value) &&
    value.type === "float32" &&
    value.shape.length === rank &&
    value.data.length >= SMALLEST_MATRIX
  );
}

/**
 * Quantizes each column of `[..., rows, columns]` symmetrically about zero: `round(w / scale)` with
 * `scale = max |w| / 127`.
 */
function quantizeColumns(matrix: Constant): { values: Constant; scale: Constant } {
  const columns = matrix.shape.at(-1) ?? 1;
  const source = matrix.data as Float32Array;
  const largest = new Float32Array(columns);
  for (const [index, value] of source.entries()) {
    const column = index % columns;
    largest[column] = Math.max(largest[column] ?? 0, Math.abs(value));
  }
  const scales = largest.map((value) => (value === 0 ? 1 : value / 127));
  const bytes = new Int8Array(source.length);
  for (const [index, value] of source.entries()) {
    bytes[index] = Math.round(value / (scales[index % columns] ?? 1));
  }
  const scaleShape = [...matrix.shape.slice(0, -2), columns];
  return {
    values: { ...matrix, type: "int8", data: bytes },
    scale: { name: `${matrix.name}_scale`, type: "float32", shape: scaleShape, data: scales },
  };
}
