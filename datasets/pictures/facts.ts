/** What a picture's file shows, whoever looks at it. */
export interface PictureFacts {
  readonly path: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** What was decoded; nothing of a file that cannot be read. */
  readonly seen?: SeenPicture;
  /**
   * Why training could not read it: `truncated` where its upper part can be decoded, `unreadable`
   * where nothing can.
   */
  readonly broken?: { readonly kind: "truncated" | "unreadable"; readonly reason: string };
}

export interface SeenPicture {
  /** As stored, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether no pixel has a colour to speak of. */
  readonly greyscale: boolean;
  /** Whether all of it is nearly one brightness. */
  readonly blank: boolean;
  /** Perceptual hash, 64 bits; a blank picture has none, as any other would look like it. */
  readonly perceptual?: readonly [high: number, low: number];
}
