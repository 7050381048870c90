import { z } from "zod";
import { FITS, place } from "./fit.ts";
import { type Orientation, orient, orientSize } from "./orient.ts";
import { type Picture, type Rectangle, type Size, wholeSize } from "./pixels.ts";
import { resize } from "./resize.ts";

/** How pictures become the network's input. It is stored with the network, in the bundle's manifest. */
export const preparationSchema = z.strictObject({
  height: z.int().min(1).max(1024),
  width: z.int().min(1).max(1024),
  fit: z.enum(FITS).default("stretch").describe("how a picture of another shape is fitted in"),
  background: z
    .int()
    .min(0)
    .max(255)
    .default(128)
    .describe("the grey beside a letterboxed picture, from black (0) to white (255)"),
  filter: z
    .literal("triangle")
    .default("triangle")
    .describe("the resampling filter: an antialiased triangle"),
});

/** A parsed {@link preparationSchema}. */
export type Preparation = z.infer<typeof preparationSchema>;

/**
 * Makes the network's input of a decoded picture, the same way in training and in serving:
 * orient, flatten over white, resize. Colour profiles are ignored; scaling is the network's.
 *
 * The picture is turned after it is resized, which is the same to the last bit (see
 * {@link resize}) and moves fifty thousand pixels rather than twelve million.
 *
 * @param orientation how the decoded rows and columns are meant to be seen; the decoder must not
 *   have turned them already
 * @returns `[height, width, 3]`, RGB, 0 to 255
 */
export function prepare(
  picture: Picture,
  orientation: Orientation,
  preparation: Preparation,
): Uint8Array {
  const stored = orientSize(preparation, orientation);
  const placement = place(wholeSize(picture), stored, preparation.fit);
  const resized = resize(picture, placement.window, placement.place);
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
