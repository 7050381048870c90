import { z } from "zod";
import { FITS, place } from "./fit.ts";
import { type Orientation, orient, orientSize } from "./orient.ts";
import { type Raster, type Rectangle, type Size, wholeSize } from "./pixels.ts";
import { resize } from "./resize.ts";

/** How images are prepared as the network's input; a part of the bundle's manifest. */
export const preparationSchema = z.strictObject({
  height: z.int().min(1).max(1024),
  width: z.int().min(1).max(1024),
  fit: z.enum(FITS).default("stretch").describe("how an image of another shape is fitted in"),
  background: z
    .int()
    .min(0)
    .max(255)
    .default(128)
    .describe("the grey beside a letterboxed image, from black (0) to white (255)"),
  filter: z
    .literal("triangle")
    .default("triangle")
    .describe("the resampling filter: an antialiased triangle"),
});

/** A parsed {@link preparationSchema}. */
export type Preparation = z.infer<typeof preparationSchema>;

/**
 * Prepares a decoded image as the network's input, in training as in serving: orients it, flattens it
 * over white, resizes it. Ignores colour profiles. The network scales the samples itself.
 *
 * Turns the image after resizing it, which gives the same to the last bit (see {@link resize}) and
 * moves fifty thousand pixels rather than twelve million.
 *
 * @param orientation - how to turn the stored rows and columns; 1 if the decoder already did
 * @returns `[height, width, 3]` of the preparation, RGB, 0 to 255
 */
export function prepare(
  image: Raster,
  orientation: Orientation,
  preparation: Preparation,
): Uint8Array {
  const stored = orientSize(preparation, orientation);
  const placement = place(wholeSize(image), stored, preparation.fit);
  const resized = resize(image, placement.window, placement.place);
  const input = onBackground(resized, placement.place, stored, preparation.background);
  return orient(input, stored, orientation);
}

/** Puts `[place.height, place.width, 3]` samples on a grey `[size.height, size.width, 3]`. */
function onBackground(data: Uint8Array, place: Rectangle, size: Size, grey: number): Uint8Array {
  if (place.width === size.width && place.height === size.height) {
    return data;
  }
  const canvas = new Uint8Array(size.height * size.width * 3).fill(grey);
  const rowLength = 3 * place.width;
  for (let y = 0; y < place.height; y++) {
    const row = data.subarray(y * rowLength, (y + 1) * rowLength);
    canvas.set(row, 3 * ((place.top + y) * size.width + place.left));
  }
  return canvas;
}
