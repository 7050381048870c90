import type { Size } from "./pixels.ts";

/** EXIF's orientation tag (0x0112): how to turn the stored rows and columns for display. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** How to turn a stored image: transpose it first, then mirror it. */
interface Turn {
  readonly transpose: boolean;
  readonly mirrorColumns: boolean;
  readonly mirrorRows: boolean;
}

const TURNS: Readonly<Record<Orientation, Turn>> = {
  1: { transpose: false, mirrorColumns: false, mirrorRows: false },
  2: { transpose: false, mirrorColumns: true, mirrorRows: false },
  3: { transpose: false, mirrorColumns: true, mirrorRows: true },
  4: { transpose: false, mirrorColumns: false, mirrorRows: true },
  5: { transpose: true, mirrorColumns: false, mirrorRows: false },
  6: { transpose: true, mirrorColumns: true, mirrorRows: false },
  7: { transpose: true, mirrorColumns: true, mirrorRows: true },
  8: { transpose: true, mirrorColumns: false, mirrorRows: true },
};

/** Returns the displayed size of a stored image, or the stored size of a displayed one. */
export function orientSize(size: Size, orientation: Orientation): Size {
  return TURNS[orientation].transpose
    ? { width: size.height, height: size.width }
    : { width: size.width, height: size.height };
}

/**
 * Turns stored RGB samples for display.
 *
 * @param data - `[height, width, 3]`, as stored
 * @param stored - the size of `data`
 * @returns `[height, width, 3]` with height and width of {@link orientSize}; `data` itself for
 *   orientation 1
 */
export function orient(data: Uint8Array, stored: Size, orientation: Orientation): Uint8Array {
  if (orientation === 1) {
    return data;
  }
  const { transpose, mirrorColumns, mirrorRows } = TURNS[orientation];
  const seen = orientSize(stored, orientation);
  const turned = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < seen.height; y++) {
    const row = mirrorRows ? seen.height - 1 - y : y;
    for (let x = 0; x < seen.width; x++) {
      const column = mirrorColumns ? seen.width - 1 - x : x;
      const from = 3 * (transpose ? column * stored.width + row : row * stored.width + column);
      turned[to++] = data[from] ?? 0;
      turned[to++] = data[from + 1] ?? 0;
      turned[to++] = data[from + 2] ?? 0;
    }
  }
  return turned;
}
