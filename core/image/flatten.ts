/**
 * One row of a picture as opaque RGB, or a part of it: what is transparent shows white, the paper
 * that web pages put behind their pictures.
 *
 * @param row `[width, channels]`
 * @param left the first pixel of the part
 * @param opaque space for `[width of the part, 3]`, used when the picture has alpha
 * @returns `[width of the part, 3]`: `opaque`, or a view of `row` where that is opaque already
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

/** RGB samples, `stride` from one pixel to the next. */
export interface OpaqueSamples {
  readonly samples: Uint8Array | Uint8ClampedArray;
  readonly stride: 3 | 4;
}

/**
 * The same without a copy where the picture has alpha and none of it is used, as when a JPEG was
 * decoded to RGBA.
 */
export function opaqueSamples(
  row: Uint8Array | Uint8ClampedArray,
  channels: 3 | 4,
  left: number,
  opaque: Uint8Array,
): OpaqueSamples {
  const end = (left + opaque.length / 3) * channels;
  if (channels === 4 && isOpaque(row, 4 * left, end)) {
    return { samples: row.subarray(4 * left, end), stride: 4 };
  }
  return { samples: opaqueRow(row, channels, left, opaque), stride: 3 };
}

function isOpaque(row: Uint8Array | Uint8ClampedArray, start: number, end: number): boolean {
  let alpha = 255;
  for (let at = start + 3; at < end; at += 4) alpha &= row[at] ?? 0;
  return alpha === 255;
}

/** `sample` seen through `alpha` over white, rounded to the nearest of 0 to 255. */
function overWhite(sample: number, alpha: number): number {
  return alpha === 255 ? sample : 255 - Math.floor(((255 - sample) * alpha + 127) / 255);
}
