/** A decoded picture: 8-bit samples, RGB or RGBA, interleaved, row by row from the top left. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** `width * height * channels` samples. Alpha is straight, not premultiplied. */
  readonly data: Uint8Array | Uint8ClampedArray;
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
