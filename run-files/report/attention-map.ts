import sharp from "sharp";
import { dataUrl } from "../../node/html/page.ts";

/** The grid of regions that weights stand for, row by row from the top left. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** How much of a region is hidden that is not looked at. */
const thickest = 0.92;
/** A grey that stands out from black, from white and from most of what photographs hold. */
const fog = "#5a6068";
/** Pixels that stand for a region, so that a browser has something smooth to magnify. */
const pixelsPerRegion = 4;

/**
 * A veil to lay over a picture: clear where a word looked most, in fog where it looked less.
 *
 * @param weights - one a region.
 * @returns a data URL.
 */
export async function veil(weights: readonly number[], { rows, columns }: Grid): Promise<string> {
  const most = Math.max(...weights, Number.MIN_VALUE);
  const shades = weights.map((weight) => Math.round(255 * thickest * (1 - weight / most)));
  const opacity = await sharp(Uint8Array.from(shades), {
    raw: { width: columns, height: rows, channels: 1 },
  })
    .resize(columns * pixelsPerRegion, rows * pixelsPerRegion, { kernel: "cubic", fit: "fill" })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = opacity.info;
  const grey = { create: { width, height, channels: 3 as const, background: fog } };
  const raw = { raw: { width, height, channels: 1 as const } };
  const veiled = sharp(grey).joinChannel(opacity.data, raw).webp({ quality: 40, alphaQuality: 60 });
  return dataUrl("image/webp", await veiled.toBuffer());
}

/** Where in the picture a word looked most, in words. */
export function placeOf(weights: readonly number[], { rows, columns }: Grid): string {
  const most = weights.indexOf(Math.max(...weights));
  const third = (position: number, count: number) => Math.floor((3 * (position + 0.5)) / count);
  const row = ["top", "middle", "bottom"][third(Math.floor(most / columns), rows)];
  const column = ["left", "centre", "right"][third(most % columns, columns)];
  return `${row} ${column}`;
}
