import { emitModel } from "../../convert/emit.ts";
import { GraphBuilder } from "../../convert/graph/builder.ts";
import type { Constant, Graph, Value } from "../../convert/graph/types.ts";
import { writeOnnx } from "../../onnx/index.ts";
import type { BenchGraph } from "./backbone.ts";

/** ViT-B/16 and GPT-2 (small) are of one width. */
const width = 768;
const heads = 12;
const headSize = width / heads;
const hidden = 4 * width;

const opset = 17;
const isotropic = 0.02;

/** A block of ViT-B/16: attention of 197 patches among themselves, and a perceptron. */
export function vitBlock(patches = 197): BenchGraph {
  return build({ x: [1, patches, width] }, (onnx, { x }) => {
    const attended = attention(onnx, "self", x, normalized(onnx, "before", x));
    return perceptron(onnx, attended);
  });
}

/**
 * A block of GPT-2 with cross-attention at one word: attention to the words before, whose keys and
 * values are kept, to the picture's patches, whose are too, and a perceptron.
 */
export function gpt2Block(words = 12, patches = 197): BenchGraph {
  const kept = (length: number) => [1, heads, length, headSize];
  const inputs = {
    x: [1, 1, width],
    past_keys: kept(words),
    past_values: kept(words),
    patch_keys: kept(patches),
    patch_values: kept(patches),
  };
  return build(inputs, (onnx, { x, past_keys, past_values, patch_keys, patch_values }) => {
    const normal = normalized(onnx, "before", x);
    const keys = onnx.concat([past_keys, split(onnx, dense(onnx, "keys", normal, width))], 2);
    const values = onnx.concat([past_values, split(onnx, dense(onnx, "values", normal, width))], 2);
    const asked = split(onnx, dense(onnx, "query", normal, width));
    const seen = residual(onnx, "self", x, look(onnx, asked, keys, values));
    const question = split(onnx, dense(onnx, "cross", normalized(onnx, "again", seen), width));
    const looked = residual(onnx, "patches", seen, look(onnx, question, patch_keys, patch_values));
    return perceptron(onnx, looked);
  });
}

/** The product that scores some of GPT-2's 50,257 words. */
export function wordScores(words: number): BenchGraph {
  return build({ x: [1, 1, width] }, (onnx, { x }) =>
    onnx.op("MatMul", [normalized(onnx, "last", x), weight(onnx, "words", [width, words])]),
  );
}

type Sizes = Readonly<Record<string, readonly number[]>>;

function build<Inputs extends Sizes>(
  shapes: Inputs,
  write: (onnx: GraphBuilder, inputs: Record<keyof Inputs, Value>) => Value,
): BenchGraph {
  const graph: Graph = { name: "bench", inputs: [], outputs: [], nodes: [] };
  const onnx = new GraphBuilder(graph, opset);
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, onnx.input(name, "float32", shape)]),
  ) as Record<keyof Inputs, Value>;
  graph.outputs.push(write(onnx, inputs));
  return {
    model: writeOnnx(emitModel(graph, { opset, metadata: {} })),
    inputs: Object.entries(shapes).map(([name, dims]) => ({ name, type: "float32", dims })),
  };
}

function attention(onnx: GraphBuilder, name: string, x: Value, normal: Value): Value {
  const [query, keys, values] = ["query", "keys", "values"].map((part) =>
    split(onnx, dense(onnx, `${name}_${part}`, normal, width)),
  ) as [Value, Value, Value];
  return residual(onnx, name, x, look(onnx, query, keys, values));
}

/** `[1, length, width]` to `[1, heads, length, width / heads]`. */
function split(onnx: GraphBuilder, x: Value): Value {
  const length = x.shape[1] ?? 1;
  return onnx.transpose(onnx.reshape(x, [1, length, heads, headSize]), [0, 2, 1, 3]);
}

function look(onnx: GraphBuilder, query: Value, keys: Value, values: Value): Value {
  const turned = onnx.transpose(keys, [0, 1, 3, 2]);
  const scores = onnx.op("MatMul", [query, turned]);
  const scaled = onnx.op("Mul", [scores, onnx.scalar(1 / Math.sqrt(headSize))]);
  const seen = onnx.op("MatMul", [onnx.op("Softmax", [scaled], { axis: -1 }), values]);
  const length = query.shape[2] ?? 1;
  return onnx.reshape(onnx.transpose(seen, [0, 2, 1, 3]), [1, length, width]);
}

function residual(onnx: GraphBuilder, name: string, x: Value, seen: Value): Value {
  return onnx.op("Add", [x, dense(onnx, `${name}_out`, seen, width)]);
}

function perceptron(onnx: GraphBuilder, x: Value): Value {
  const inner = dense(onnx, "up", normalized(onnx, "between", x), hidden);
  return onnx.op("Add", [x, dense(onnx, "down", gelu(onnx, inner), width)]);
}

/** In the form that is made of one error function, which ONNX Runtime fuses. */
function gelu(onnx: GraphBuilder, x: Value): Value {
  const error = onnx.op("Erf", [onnx.op("Div", [x, onnx.scalar(Math.SQRT2)])]);
  const gate = onnx.op("Mul", [x, onnx.op("Add", [error, onnx.scalar(1)])]);
  return onnx.op("Mul", [gate, onnx.scalar(0.5)]);
}

function normalized(onnx: GraphBuilder, name: string, x: Value): Value {
  const [scale, offset] = [1, 0].map((value, index) =>
    onnx.constant(`${name}_${index}`, "float32", [width], new Float32Array(width).fill(value)),
  );
  const [y] = onnx.ops(
    "LayerNormalization",
    [x, scale, offset],
    { axis: -1 },
    {
      outputs: [{ type: "float32", shape: x.shape }],
    },
  );
  return y as Value;
}

function dense(onnx: GraphBuilder, name: string, x: Value, size: number): Value {
  const kernel = weight(onnx, `${name}_kernel`, [Number(x.shape.at(-1)), size]);
  const bias = onnx.constant(`${name}_bias`, "float32", [size], new Float32Array(size));
  return onnx.op("Add", [onnx.op("MatMul", [x, kernel]), bias]);
}

/** What is multiplied does not matter to the time, as long as it is neither zero nor tiny. */
function weight(onnx: GraphBuilder, name: string, shape: readonly number[]): Constant {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length }, (_, index) => isotropic * Math.sin(index));
  return onnx.constant(name, "float32", shape, data);
}
