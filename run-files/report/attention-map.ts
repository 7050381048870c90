import sharp from "sharp";
import { dataUrl } from "../../node/html/page.ts";

/** The grid of regions that attention weights stand for, row by row from the top left. */
interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Opacity of the overlay over a region without attention. */
const MAXIMUM_OPACITY = 0.92;
/** A grey that stands out from black, from white and from most colours of photographs. */
const OVERLAY_COLOUR = "#5a6068";
/** Pixels for each region, so that the browser magnifies a smooth gradient. */
const PIXELS_PER_REGION = 4;

/**
 * Draws an overlay for an image: transparent where a word's attention is highest, opaque where it is
 * lowest.
 *
 * @param weights - one for each region.
 * @returns a data URL.
 */
export async function overlay(
  weights: readonly number[],
  { rows, columns }: Grid,
): Promise<string> {
  const most = Math.max(...weights, Number.MIN_VALUE);
  const shades = weights.map((weight) => Math.round(255 * MAXIMUM_OPACITY * (1 - weight / most)));
  const opacity = await sharp(Uint8Array.from(shades), {
    raw: { width: columns, height: rows, channels: 1 },
  })
    .resize(columns * PIXELS_PER_REGION, rows * PIXELS_PER_REGION, { kernel: "cubic", fit: "fill" })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = opacity.info;
  const grey = { create: { width, height, channels: 3 as const, background: OVERLAY_COLOUR } };
  const raw = { raw: { width, height, channels: 1 as const } };
  const image = sharp(grey).joinChannel(opacity.data, raw).webp({ quality: 40, alphaQuality: 60 });
  return dataUrl("image/webp", await image.toBuffer());
}

/** Describes where in the image a word's attention is highest, such as `top left`. */
export function placeOf(weights: readonly number[], { rows, columns }: Grid): string {
  const most = weights.indexOf(Math.max(...weights));
  const third = (position: number, count: number) => Math.floor((3 * (position + 0.5)) / count);
  const row = ["top", "middle", "bottom"][third(Math.floor(most / columns), rows)];
  const column = ["left", "centre", "right"][third(most % columns, columns)];
  return `${row} ${column}`;
}
