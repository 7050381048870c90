import { z } from "zod";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/types.ts";
import { type LayerContext, withConfig } from "./handler.ts";
import { inChannelsFirst } from "./layout.ts";
import { resizing } from "./spatial.ts";

const size = z.int().positive();

export const preprocessingLayers = {
  /** tfjs aligns the corners unless `cropToAspectRatio` is set; the option has no other effect there. */
  Resizing: withConfig(
    z.object({
      height: size,
      width: size,
      interpolation: z.enum(["bilinear", "nearest"]),
      cropToAspectRatio: z.boolean(),
    }),
    (context, { height, width, interpolation, cropToAspectRatio }) => {
      const coordinates = cropToAspectRatio ? "asymmetric" : "align_corners";
      return resizeTo(context, [height, width], resizing(interpolation, coordinates));
    },
  ),

  /** A class that resizes as Keras does, which the loader registers. */
  HalfPixelResizing: withConfig(
    z.object({ height: size, width: size, interpolation: z.enum(["bilinear", "nearest"]) }),
    (context, { height, width, interpolation }) =>
      resizeTo(context, [height, width], resizing(interpolation, "half_pixel")),
  ),

  /**
   * tfjs crops with `cropAndResize`, which takes nearest pixels: the size of the input determines them.
   * If an image is too small in one direction, tfjs resizes all of it.
   */
  CenterCrop: withConfig(z.object({ height: size, width: size }), (context, config) => {
    const { onnx, x } = context;
    const [, rows, columns] = x.shape;
    if (x.shape.length !== 4) context.refuse("input", "is not a batch of images");
    if (typeof rows !== "number" || typeof columns !== "number") {
      return context.refuse("input", "has a size that is known only at run time");
    }
    const top = Math.floor((rows - config.height) / 2);
    const gap = Math.floor((columns - config.width) / 2);
    // A quirk of tfjs: where one column is too many, it drops the left one.
    const left = columns !== config.width && gap === 0 ? 1 : gap;
    if (top < 0 || left < 0) {
      const target = [config.height, config.width] as const;
      const resized = resize(
        onnx,
        onnx.cast(x, "float32"),
        target,
        resizing("bilinear", "asymmetric"),
      );
      return onnx.cast(resized, x.type);
    }
    const cropped = onnx.op("Gather", [x, onnx.ints(nearestRows(rows, top, config.height))], {
      axis: 1,
    });
    return onnx.op("Gather", [cropped, onnx.ints(nearestRows(columns, left, config.width))], {
      axis: 2,
    });
  }),

  CategoryEncoding: withConfig(
    z.object({ numTokens: size, outputMode: z.enum(["int", "oneHot", "multiHot", "count"]) }),
    (context, { numTokens, outputMode }) => {
      const { onnx } = context;
      const indices = onnx.cast(context.x, "int32");
      if (outputMode === "int") return indices;
      if (indices.shape.length !== 2) context.refuse("input", "is not of shape [batch, length]");
      if (outputMode === "oneHot" && indices.shape[1] !== 1) {
        context.refuse("outputMode", "`oneHot` needs one number an example");
      }
      const hot = onnx.op("OneHot", [
        indices,
        onnx.constant(`${onnx.scope}/depth`, "int32", [1], new Int32Array([numTokens])),
        onnx.floats([0, 1]),
      ]);
      return onnx.reduce(outputMode === "count" ? "ReduceSum" : "ReduceMax", hot, [1]);
    },
  ),
};

function resizeTo(
  { onnx, x }: LayerContext,
  target: readonly [number, number],
  attributes: ReturnType<typeof resizing>,
): Value {
  const image = attributes.mode === "linear" ? onnx.cast(x, "float32") : x;
  return resize(onnx, image, target, attributes);
}

function resize(
  onnx: GraphBuilder,
  x: Value,
  [height, width]: readonly [number, number],
  attributes: ReturnType<typeof resizing>,
): Value {
  return inChannelsFirst(onnx, x, "channelsLast", (input) => {
    const [batch = 1, channels = 1] = input.shape;
    const target = [batch, channels, height, width];
    const sizes = onnx.sizes(target, [input]);
    const [resized] = onnx.ops("Resize", [input, undefined, undefined, sizes], attributes, {
      outputs: [{ type: input.type, shape: target }],
    });
    return resized ?? input;
  });
}

/**
 * Returns the rows that TensorFlow's `CropAndResize` takes for a centred box, in its single
 * precision.
 */
function nearestRows(size: number, start: number, wanted: number): number[] {
  const single = Math.fround;
  const first = single(start / size);
  const last = single((wanted + start) / size);
  if (wanted === 1) return [Math.round(single(0.5 * single(first + last) * (size - 1)))];
  const scale = single((single(last - first) * (size - 1)) / (wanted - 1));
  return Array.from({ length: wanted }, (_, index) =>
    Math.round(single(single(first * (size - 1)) + single(index * scale))),
  );
}
