import { z } from "zod";
import { mapped, reshaped, transposed } from "../graph/arrays.ts";
import { positiveAxis } from "../graph/infer/index.ts";
import { type Constant, elementCount, type Value } from "../graph/types.ts";
import { normalizedAxes, SMALLEST_DEVIATION } from "../load/keras-layers.ts";
import { type LayerContext, withConfig } from "./handler.ts";

const affine = { epsilon: z.number(), center: z.boolean(), scale: z.boolean() };

function parameter(
  context: LayerContext,
  name: "gamma" | "beta",
  shape: readonly number[],
): Constant {
  const { center, scale } = context.layer.getConfig();
  if (name === "gamma" ? scale : center) return context.weight(name);
  const data = new Float32Array(elementCount(shape)).fill(name === "gamma" ? 1 : 0);
  return { name: `${context.onnx.scope}/${name}`, type: "float32", shape, data };
}

/** Numbers, possibly in nested arrays. */
const statistics = z.union([z.number(), z.array(z.unknown())]).nullable();

type Statistics = z.infer<typeof statistics>;

function constantOf({ onnx }: LayerContext, name: string, values: Statistics): Constant {
  const numbers = [values].flat(Number.POSITIVE_INFINITY) as number[];
  const data = new Float32Array(numbers);
  return onnx.constant(`${onnx.scope}/${name}`, "float32", [data.length], data);
}

export const normalizationLayers = {
  /** ONNX normalizes axis 1; other axes are transposed there and back. */
  BatchNormalization: withConfig(
    z.object({ axis: z.union([z.int(), z.tuple([z.int()])]), ...affine }),
    (context, config) => {
      const { onnx, x } = context;
      const rank = x.shape.length;
      const axis = positiveAxis(Array.isArray(config.axis) ? config.axis[0] : config.axis, rank);
      const others = Array.from({ length: rank }, (_, index) => index).filter(
        (index) => index !== axis && index !== 0,
      );
      if (axis === 0) context.refuse("axis", "normalizes along the batch");
      const mean = context.weight("moving_mean");
      const inputs = [
        parameter(context, "gamma", mean.shape),
        parameter(context, "beta", mean.shape),
        mean,
        context.weight("moving_variance"),
      ];
      const front = [0, axis, ...others];
      const back = front.map((_, index) => front.indexOf(index));
      const normalized = onnx.op("BatchNormalization", [onnx.transpose(x, front), ...inputs], {
        epsilon: { float: config.epsilon },
      });
      return onnx.transpose(normalized, back);
    },
  ),

  /** A class of Keras, which the loader registers. Its statistics are options or weights. */
  KerasNormalization: withConfig(
    z.object({
      axis: z.union([z.int(), z.array(z.int())]).nullable(),
      mean: statistics,
      variance: statistics,
      invert: z.boolean(),
    }),
    (context, { axis, mean, variance, invert }) => {
      const { onnx } = context;
      const x = onnx.cast(context.x, "float32");
      const rank = x.shape.length;
      const axes = normalizedAxes(axis, rank);
      const laid = (name: string, values: Statistics): Constant => {
        const found = values === null ? context.weight(name) : constantOf(context, name, values);
        const along = Array.from({ length: rank }, (_, index) =>
          axes.includes(index) ? Number(x.shape[index]) : 1,
        );
        return reshaped(found, found.data.length === 1 ? Array(rank).fill(1) : along);
      };
      const centre = laid("mean", mean);
      const deviation = mapped(laid("variance", variance), `${onnx.scope}/deviation`, (value) =>
        Math.max(Math.sqrt(value), SMALLEST_DEVIATION),
      );
      return invert
        ? onnx.op("Add", [centre, onnx.op("Mul", [x, deviation])])
        : onnx.op("Div", [onnx.op("Sub", [x, centre]), deviation]);
    },
  ),

  /**
   * ONNX normalizes all axes from a given one on; other axes are transposed to the end and back.
   */
  LayerNormalization: withConfig(
    z.object({ axis: z.union([z.int(), z.array(z.int()).min(1)]), ...affine }),
    (context, config) => {
      const { onnx, x } = context;
      const rank = x.shape.length;
      const given = Array.isArray(config.axis) ? config.axis : [config.axis];
      const order = given.map((axis) => positiveAxis(axis, rank));
      const sorted = order.toSorted((left, right) => left - right);
      const shape = order.map((axis) => Number(x.shape[axis]));
      const ascending = sorted.map((axis) => order.indexOf(axis));
      const [scale, offset] = (["gamma", "beta"] as const).map((name) =>
        transposed(parameter(context, name, shape), ascending),
      );
      const rest = Array.from({ length: rank }, (_, axis) => axis).filter(
        (axis) => !sorted.includes(axis),
      );
      const front = [...rest, ...sorted];
      const back = front.map((_, index) => front.indexOf(index));
      const inputs: (Value | undefined)[] = [onnx.transpose(x, front), scale, offset];
      const normalized = onnx.op("LayerNormalization", inputs, {
        axis: rest.length,
        epsilon: { float: config.epsilon },
      });
      return onnx.transpose(normalized, back);
    },
  ),
};
