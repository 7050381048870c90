/**
 * Converts a part of a row to opaque RGB, showing transparent pixels over white, the background of
 * most web pages.
 *
 * @param row - `[width, channels]`
 * @param left - the first pixel of the part
 * @param opaque - space for the result, `[width of the part, 3]`, used when the row has alpha
 * @returns `[width of the part, 3]`: `opaque`, or a view of `row` when that has no alpha
 */
export function opaqueRow(
  row: Uint8Array | Uint8ClampedArray,
  channels: 3 | 4,
  left: number,
  opaque: Uint8Array,
): Uint8Array | Uint8ClampedArray {
  const start = left * channels;
  if (channels === 3) {
    return row.subarray(start, start + opaque.length);
  }
  for (let from = start, to = 0; to < opaque.length; from += 4, to += 3) {
    const alpha = row[from + 3] ?? 0;
    opaque[to] = overWhite(row[from] ?? 0, alpha);
    opaque[to + 1] = overWhite(row[from + 1] ?? 0, alpha);
    opaque[to + 2] = overWhite(row[from + 2] ?? 0, alpha);
  }
  return opaque;
}

/** Blends a sample over white, rounded to the nearest of 0 to 255. */
function overWhite(sample: number, alpha: number): number {
  return alpha === 255 ? sample : 255 - Math.floor(((255 - sample) * alpha + 127) / 255);
}
