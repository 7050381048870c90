import { z } from "zod";
import type { Value } from "../graph/types.ts";
import { type LayerContext, type LayerHandler, option, withConfig } from "./handler.ts";
import { type DataFormat, inChannelsFirst } from "./layout.ts";

const pair = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);

export const spatialLayers = {
  ZeroPadding2D: withConfig(
    z.object({ padding: z.tuple([pair, pair]), dataFormat: option.dataFormat }),
    ({ onnx, x }, { padding, dataFormat }) => {
      const begins = rowsAndColumns([padding[0][0], padding[1][0]], dataFormat);
      const ends = rowsAndColumns([padding[0][1], padding[1][1]], dataFormat);
      return onnx.pad(x, begins, ends);
    },
  ),

  Cropping2D: withConfig(
    z.object({ cropping: z.tuple([pair, pair]), dataFormat: option.dataFormat }),
    (context, { cropping, dataFormat }) => {
      const first = dataFormat === "channelsFirst" ? 2 : 1;
      return cropping.reduce(
        (image, [begin, end], index) => cropAxis(context, image, first + index, begin, end),
        context.x,
      );
    },
  ),

  UpSampling2D: upSampling("asymmetric"),
  /** A class that resizes as Keras does, which the loader registers. */
  HalfPixelUpSampling2D: upSampling("half_pixel"),
};

function upSampling(coordinates: Coordinates): LayerHandler {
  return withConfig(
    z.object({
      size: z.tuple([z.int().positive(), z.int().positive()]),
      dataFormat: option.dataFormat,
      interpolation: z.enum(["nearest", "bilinear"]),
    }),
    ({ onnx, x }, { size, dataFormat, interpolation }) =>
      inChannelsFirst(onnx, x, dataFormat, (input) => {
        const scales = onnx.floats([1, 1, ...size]);
        return onnx.op("Resize", [input, undefined, scales], resizing(interpolation, coordinates));
      }),
  );
}

type Coordinates = "asymmetric" | "align_corners" | "half_pixel";

/** Returns the attributes of `Resize` for an interpolation and a way to place the pixels. */
export function resizing(
  interpolation: "nearest" | "bilinear",
  coordinates: Coordinates,
): Record<string, string> {
  return {
    coordinate_transformation_mode: coordinates,
    mode: interpolation === "nearest" ? "nearest" : "linear",
    nearest_mode: coordinates === "asymmetric" ? "floor" : "round_prefer_ceil",
  };
}

function rowsAndColumns(sizes: [number, number], format: DataFormat): number[] {
  return format === "channelsFirst" ? [0, 0, ...sizes] : [0, ...sizes, 0];
}

function cropAxis(
  { onnx }: LayerContext,
  x: Value,
  axis: number,
  begin: number,
  end: number,
): Value {
  if (begin === 0 && end === 0) return x;
  return onnx.slice(x, axis, begin, end === 0 ? Number.MAX_SAFE_INTEGER : -end);
}
