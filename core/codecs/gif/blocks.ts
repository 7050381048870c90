import { imageError } from "../errors.ts";

/** The first frame of a GIF, and what it needs. */
export interface GifFrame {
  /** The size of the whole picture. */
  readonly screen: { readonly width: number; readonly height: number };
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  /** Red, green and blue of each index. */
  readonly palette: Uint8Array;
  /** The index that shows what is behind the picture. */
  readonly transparent: number | undefined;
  /** How many bits the codes of single pixels have. */
  readonly codeBits: number;
  /** The compressed pixels. */
  readonly data: readonly Uint8Array[];
}

const [EXTENSION, IMAGE, GRAPHIC_CONTROL] = [0x21, 0x2c, 0xf9];
const TABLE_FLAG = 0x80;

/**
 * Reads a GIF (GIF89a specification) up to the end of its first frame.
 *
 * @throws {@link UserError} `broken_image`
 */
export function readFirstFrame(bytes: Uint8Array): GifFrame {
  const reader = new Reader(bytes, 6);
  const screen = { width: reader.word(), height: reader.word() };
  const flags = reader.byte();
  reader.skip(2);
  const common = reader.palette(flags);
  let transparent: number | undefined;
  for (;;) {
    const block = reader.byte();
    if (block === EXTENSION) {
      const isControl = reader.byte() === GRAPHIC_CONTROL;
      const [control] = reader.blocks();
      if (isControl && control !== undefined) transparent = transparentIndex(control);
    } else if (block === IMAGE) {
      return readFrame(reader, screen, common, transparent);
    } else {
      throw brokenGif("there is no picture in it");
    }
  }
}

function readFrame(
  reader: Reader,
  screen: GifFrame["screen"],
  common: Uint8Array | undefined,
  transparent: number | undefined,
): GifFrame {
  const [left, top, width, height] = [reader.word(), reader.word(), reader.word(), reader.word()];
  const flags = reader.byte();
  const palette = reader.palette(flags) ?? common;
  if (palette === undefined) {
    throw brokenGif("it has no colours");
  }
  if (width === 0 || height === 0) {
    throw brokenGif("its first frame has no pixels");
  }
  const interlaced = (flags & 0x40) !== 0;
  const codeBits = reader.byte();
  const data = reader.blocks();
  return { screen, left, top, width, height, interlaced, palette, transparent, codeBits, data };
}

function transparentIndex(control: Uint8Array): number | undefined {
  return ((control[0] ?? 0) & 1) === 1 ? control[3] : undefined;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) {
      throw brokenGif("it ends too early");
    }
    return byte;
  }

  word(): number {
    return this.byte() + 256 * this.byte();
  }

  skip(count: number): void {
    this.#at += count;
  }

  take(count: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + count);
    if (part.length < count) {
      throw brokenGif("it ends too early");
    }
    this.#at += count;
    return part;
  }

  /** The table of colours that flags announce, if they do. */
  palette(flags: number): Uint8Array | undefined {
    return (flags & TABLE_FLAG) === 0 ? undefined : this.take(3 << ((flags & 7) + 1));
  }

  /** Data in blocks of at most 255 bytes, up to an empty one. */
  blocks(): Uint8Array[] {
    const blocks: Uint8Array[] = [];
    for (let length = this.byte(); length > 0; length = this.byte()) {
      blocks.push(this.take(length));
    }
    return blocks;
  }
}

function brokenGif(why: string): Error {
  return imageError("broken_image", `The GIF picture is broken: ${why}.`);
}
