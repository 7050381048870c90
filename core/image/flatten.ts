import type { Pixels, Rectangle } from "./pixels.ts";

/**
 * One row of a window of a picture as opaque RGB: what is transparent shows white, the paper that
 * web pages put behind their pictures.
 *
 * @param row scratch space for `3 * window.width` samples, used when the picture has alpha
 * @returns `3 * window.width` samples: `row`, or a view of the picture where it is opaque already
 */
export function opaqueRow(
  pixels: Pixels,
  window: Rectangle,
  y: number,
  row: Uint8Array,
): Uint8Array | Uint8ClampedArray {
  const { data, channels } = pixels;
  const start = ((window.top + y) * pixels.width + window.left) * channels;
  if (channels === 3) {
    return data.subarray(start, start + 3 * window.width);
  }
  for (let from = start, to = 0; to < 3 * window.width; from += 4, to += 3) {
    const alpha = data[from + 3] ?? 0;
    row[to] = overWhite(data[from] ?? 0, alpha);
    row[to + 1] = overWhite(data[from + 1] ?? 0, alpha);
    row[to + 2] = overWhite(data[from + 2] ?? 0, alpha);
  }
  return row;
}

/** `sample` seen through `alpha` over white, rounded to the nearest of 0 to 255. */
function overWhite(sample: number, alpha: number): number {
  return alpha === 255 ? sample : 255 - Math.floor(((255 - sample) * alpha + 127) / 255);
}
