/** A decoded image: 8-bit samples, RGB or RGBA, interleaved, row by row from the top left. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** `[height, width, channels]`. Alpha is straight, not premultiplied. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * An image that is decoded while it is read: once, row by row from the top. The next row reuses the
 * memory of the last, so that the image is never in memory as a whole.
 */
export interface Rows {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** How the decoder reduced the image, if it did. */
  readonly reduced?: Reduced;
  /** Yields `height` rows, `[width, channels]`. May throw at a row that cannot be decoded. */
  rows(): Iterable<Uint8Array | Uint8ClampedArray>;
}

/** An image whose pixels are the means of cells. */
interface Reduced {
  /** The size of the whole image. The last cells may reach over its border. */
  readonly from: Size;
  /** The size of a cell in pixels. */
  readonly cell: Size;
}

/** An image in memory, or one that is decoded while it is read. */
export type Raster = Pixels | Rows;

/** Returns the rows of an image, in memory or not. */
export function rowsOf(image: Raster): Rows {
  return "rows" in image ? image : { ...image, rows: () => storedRows(image) };
}

function* storedRows({ width, height, channels, data }: Pixels) {
  const length = width * channels;
  for (let y = 0; y < height; y++) {
    yield data.subarray(y * length, (y + 1) * length);
  }
}

/** Returns the size of an image before it was reduced. */
export function wholeSize(image: Raster): Size {
  return rowsOf(image).reduced?.from ?? image;
}

/** Copies an image, or decodes it, into newly allocated memory, `[height, width, channels]`. */
export function toPixels(image: Raster): Pixels {
  const { width, height, channels, rows } = rowsOf(image);
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

/** A part of an image, in whole pixels. */
export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}
