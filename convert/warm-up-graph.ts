import type { ModelProto } from "../onnx/index.ts";
import { emitModel } from "./emit.ts";
import { GraphBuilder } from "./graph/builder.ts";
import type { Shape, Value } from "./graph/types.ts";

const OPSET = 17;
/** The width and height of the image. */
const SIDE = 56;
/** The units of every vector, and the number of words. */
const UNITS = 128;
const WORDS = 1024;
/** The regions of the smallest feature map, 7 x 7. */
const REGIONS = 49;

/**
 * Builds a small captioner: an encoder like MobileNetV2 and one step of an attention decoder, with the
 * operations that the converter writes for a real one and every weight 0.01. A Worker runs it while it
 * starts, so that V8 has compiled the code of ONNX Runtime that a caption needs.
 *
 * @returns a graph of `image` `uint8 [1, 56, 56, 3]` and `token` `int32 [1, 1]`
 */
export function warmUpGraph(): ModelProto {
  const builder = new GraphBuilder({ name: "warm-up", inputs: [], outputs: [], nodes: [] }, OPSET);
  const { features, hidden, keys } = encoder(builder);
  builder.graph.outputs.push(...decoder(builder, features, hidden, keys));
  return emitModel(builder.graph, { opset: OPSET, metadata: {} });
}

function encoder(builder: GraphBuilder) {
  const image = builder.input("image", "uint8", [1, SIDE, SIDE, 3]);
  const scaled = builder.op("Mul", [builder.cast(image, "float32"), builder.scalar(1 / 127.5)]);
  const centred = builder.op("Add", [scaled, builder.scalar(-1)]);
  let x = builder.transpose(centred, [0, 3, 1, 2]);
  x = relu6(builder, convolution(builder, x, 32, { size: 3, stride: 2 }));
  x = relu6(builder, convolution(builder, x, 32, { size: 3, isDepthwise: true }));
  x = convolution(builder, x, 16);
  x = convolution(builder, block(builder, x, 96, 2), 24);
  x = builder.op("Add", [x, convolution(builder, block(builder, x, 96, 1), 24)]);
  const early = builder.op("AveragePool", [x], { kernel_shape: [2, 2], strides: [2, 2] });
  const late = pointwise(builder, block(builder, x, 96, 2), UNITS);
  const joined = builder.concat([late, builder.transpose(early, [0, 2, 3, 1])], 3);
  const regions = builder.reshape(joined, [1, REGIONS, UNITS + 24]);
  const features = builder.op("Relu", [dense(builder, regions, UNITS)]);
  const hidden = dense(builder, builder.reduce("ReduceMean", features, [1]), UNITS);
  return { features, hidden, keys: dense(builder, features, UNITS) };
}

function decoder(builder: GraphBuilder, features: Value, hidden: Value, keys: Value): Value[] {
  const token = builder.input("token", "int32", [1, 1]);
  const embedded = builder.op("Gather", [filled(builder, [WORDS, UNITS]), token], { axis: 0 });
  const query = builder.reshape(product(builder, hidden, UNITS), [1, 1, UNITS]);
  const energies = product(builder, builder.op("Tanh", [builder.op("Add", [keys, query])]), 1);
  const attention = builder.op("Softmax", [builder.reshape(energies, [1, REGIONS])], { axis: 1 });
  const weighted = builder.op("MatMul", [builder.unsqueeze(attention, [1]), features]);
  const gate = builder.op("Sigmoid", [dense(builder, hidden, UNITS)]);
  const context = builder.op("Mul", [builder.squeeze(weighted, [1]), gate]);
  const read = builder.concat([embedded, builder.reshape(context, [1, 1, UNITS])], 2);
  const state = builder.unsqueeze(hidden, [0]);
  const [, nextHidden, nextCell] = builder.ops(
    "LSTM",
    [
      read,
      filled(builder, [1, 4 * UNITS, 2 * UNITS]),
      filled(builder, [1, 4 * UNITS, UNITS]),
      filled(builder, [1, 8 * UNITS]),
      undefined,
      state,
      state,
    ],
    { hidden_size: UNITS },
  );
  if (nextHidden === undefined || nextCell === undefined) throw new Error("an LSTM has its states");
  const output = builder.squeeze(nextHidden, [0]);
  const joined = builder.concat([output, builder.reshape(context, [1, UNITS])], 1);
  const last = builder.op("Tanh", [dense(builder, joined, UNITS)]);
  const weights = [filled(builder, [WORDS, UNITS]), filled(builder, [WORDS])];
  const outputs = [{ type: "float32", shape: [1, WORDS] }] as const;
  const logits = builder.ops("Gemm", [last, ...weights], { transB: 1 }, { outputs });
  return [...logits, output, builder.squeeze(nextCell, [0]), attention];
}

/** Appends the expansion and the depthwise convolution of an inverted residual. */
function block(builder: GraphBuilder, x: Value, channels: number, stride: 1 | 2): Value {
  const expanded = relu6(builder, convolution(builder, x, channels));
  const options = { size: 3, stride, isDepthwise: true } as const;
  return relu6(builder, convolution(builder, expanded, channels, options));
}

interface Convolution {
  readonly size?: 1 | 3;
  readonly stride?: 1 | 2;
  readonly isDepthwise?: boolean;
}

function convolution(
  builder: GraphBuilder,
  x: Value,
  filters: number,
  { size = 1, stride = 1, isDepthwise = false }: Convolution = {},
): Value {
  const channels = Number(x.shape[1]);
  const [before, after] = size === 1 ? [0, 0] : [stride === 1 ? 1 : 0, 1];
  const weights = filled(builder, [filters, isDepthwise ? 1 : channels, size, size]);
  return builder.op("Conv", [x, weights, filled(builder, [filters])], {
    kernel_shape: [size, size],
    strides: [stride, stride],
    pads: [before, before, after, after],
    group: isDepthwise ? channels : 1,
  });
}

function relu6(builder: GraphBuilder, x: Value): Value {
  return builder.op("Clip", [x, builder.scalar(0), builder.scalar(6)]);
}

/** Appends a 1x1 convolution as the converter writes those of many weights, with channels last. */
function pointwise(builder: GraphBuilder, x: Value, units: number): Value {
  const y = dense(builder, builder.transpose(x, [0, 2, 3, 1]), units);
  return builder.op("Min", [builder.op("Max", [y, builder.scalar(0)]), builder.scalar(6)]);
}

function dense(builder: GraphBuilder, x: Value, units: number): Value {
  return builder.op("Add", [product(builder, x, units), filled(builder, [units])]);
}

function product(builder: GraphBuilder, x: Value, units: number): Value {
  return builder.op("MatMul", [x, filled(builder, [Number(x.shape.at(-1)), units])]);
}

/** Appends weights that ONNX Runtime fills in when it loads the graph, which keeps the file small. */
function filled(builder: GraphBuilder, shape: Shape): Value {
  return builder.expand(builder.scalar(0.01), shape);
}
