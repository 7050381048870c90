/** Facts about an image's file. */
export interface ImageFacts {
  readonly path: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** Facts about the decoded image; absent if it cannot be decoded. */
  readonly seen?: SeenImage;
  /**
   * Why training cannot read the file: `truncated` where a part of it can be decoded, `unreadable`
   * where nothing can.
   */
  readonly broken?: { readonly kind: "truncated" | "unreadable"; readonly reason: string };
}

export interface SeenImage {
  /** As stored, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether hardly any pixel has a colour. */
  readonly greyscale: boolean;
  /** Whether the whole image has nearly one brightness. */
  readonly blank: boolean;
  /** Perceptual hash, 64 bits; absent for a blank image, which would look like many others. */
  readonly perceptual?: readonly [high: number, low: number];
}
