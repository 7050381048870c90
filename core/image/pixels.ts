/** A decoded picture: 8-bit samples, RGB or RGBA, interleaved, row by row from the top left. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** `width * height * channels` samples. Alpha is straight, not premultiplied. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * A picture that is decoded while it is read: once, row by row from the top. Each row is gone when
 * the next one is asked for, so that no picture needs to be in memory as a whole.
 */
export interface Rows {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** What the picture was, if the decoder reduced it. */
  readonly reduced?: Reduced;
  /** `height` rows of `width * channels` samples. May throw at a row that cannot be decoded. */
  rows(): Iterable<Uint8Array | Uint8ClampedArray>;
}

/** A picture whose pixels are the means of cells. */
export interface Reduced {
  /** The size of the whole picture. The last cells may reach over its border. */
  readonly from: Size;
  /** How many of its pixels a cell has. */
  readonly cell: Size;
}

/** A picture, in memory or not. */
export type Picture = Pixels | Rows;

/** The rows of a picture, wherever they are. */
export function rowsOf(picture: Picture): Rows {
  return "rows" in picture ? picture : { ...picture, rows: () => storedRows(picture) };
}

function* storedRows({ width, height, channels, data }: Pixels) {
  const length = width * channels;
  for (let y = 0; y < height; y++) {
    yield data.subarray(y * length, (y + 1) * length);
  }
}

/** The size of a picture before it was reduced. */
export function wholeSize(picture: Picture): Size {
  return rowsOf(picture).reduced?.from ?? picture;
}

/** Copies an image, or decodes the rest of it, into memory of its own: `[height, width, channels]`. */
export function toPixels(picture: Picture): Pixels {
  const { width, height, channels, rows } = rowsOf(picture);
  const data = new Uint8Array(width * height * channels);
  let at = 0;
  for (const row of rows()) {
    data.set(row, at);
    at += row.length;
  }
  return { width, height, channels, data };
}

/** Width and height in pixels, both at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, in whole pixels. */
export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}
