import { z } from "zod";
import type { Dim } from "../graph/types.ts";
import { elementCount, isStatic } from "../graph/types.ts";
import { activate } from "./activations.ts";
import { type LayerHandler, option, withConfig } from "./handler.ts";
import { toChannelsLast } from "./layout.ts";

const passOn: LayerHandler = ({ x }) => x;

export const coreLayers = {
  /** Layers that do nothing in inference. */
  Dropout: passOn,
  SpatialDropout1D: passOn,
  GaussianNoise: passOn,
  GaussianDropout: passOn,
  AlphaDropout: passOn,

  Dense: withConfig(
    z.object({ useBias: z.boolean(), activation: option.activation }),
    (context, { useBias, activation }) => {
      const { onnx } = context;
      const y = onnx.op("MatMul", [onnx.cast(context.x, "float32"), context.weight("kernel")]);
      const biased = useBias ? onnx.op("Add", [y, context.weight("bias")]) : y;
      return activate(onnx, biased, activation);
    },
  ),

  Flatten: withConfig(
    z.object({ dataFormat: option.dataFormat }),
    ({ onnx, x }, { dataFormat }) => {
      const rank = x.shape.length;
      const last = dataFormat === "channelsFirst" ? onnx.transpose(x, toChannelsLast(rank)) : x;
      const rest = last.shape.slice(1);
      return onnx.reshape(last, [x.shape[0] ?? 1, isStatic(rest) ? elementCount(rest) : -1]);
    },
  ),

  Reshape: withConfig(
    z.object({ targetShape: z.array(z.int().nullable()) }),
    ({ onnx, x }, { targetShape }) => {
      const rest = x.shape.slice(1);
      const known = targetShape.filter((size) => size !== null).reduce((a, b) => a * b, 1);
      const missing = isStatic(rest) ? elementCount(rest) / known : -1;
      return onnx.reshape(x, [x.shape[0] ?? 1, ...targetShape.map((size): Dim => size ?? missing)]);
    },
  ),

  Permute: withConfig(z.object({ dims: option.sizes }), ({ onnx, x }, { dims }) =>
    onnx.transpose(x, [0, ...dims]),
  ),

  RepeatVector: withConfig(z.object({ n: z.int().positive() }), ({ onnx, x }, { n }) =>
    onnx.op("Tile", [onnx.unsqueeze(x, [1]), onnx.ints([1, n, 1])]),
  ),

  /** Sets rows to zero and masks them if every feature equals the mask value. */
  Masking: withConfig(z.object({ maskValue: z.number() }), ({ onnx, x }, { maskValue }) => {
    const differs = onnx.op("Not", [onnx.op("Equal", [x, onnx.scalar(maskValue)])]);
    const any = onnx.reduce("ReduceMax", onnx.cast(differs, "float32"), [-1], true);
    const mask = onnx.cast(onnx.squeeze(any, [x.shape.length - 1]), "bool");
    return { outputs: [onnx.op("Mul", [x, any])], masks: [mask] };
  }),

  Embedding: withConfig(z.object({ maskZero: option.flag }), (context, { maskZero }) => {
    const { onnx, x } = context;
    const indices = onnx.cast(x, "int32");
    const rows = onnx.op("Gather", [context.weight("embeddings"), indices], { axis: 0 });
    if (!maskZero) return { outputs: [rows], masks: [undefined] };
    const mask = onnx.op("Not", [onnx.op("Equal", [indices, onnx.scalar(0, "int32")])]);
    return { outputs: [rows], masks: [mask] };
  }),

  Rescaling: withConfig(
    z.object({ scale: z.number(), offset: z.number() }),
    ({ onnx, x }, { scale, offset }) => {
      const scaled = onnx.op("Mul", [onnx.cast(x, "float32"), onnx.scalar(scale)]);
      return offset === 0 ? scaled : onnx.op("Add", [scaled, onnx.scalar(offset)]);
    },
  ),
};
