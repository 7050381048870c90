import type { Rectangle, Size } from "../../image/pixels.ts";
import { imageError } from "../errors.ts";

/** The first frame of a GIF, with what decoding it needs. */
export interface GifFrame extends Rectangle {
  /** The size of the whole image, with all of the frame in it. */
  readonly screen: Size;
  readonly interlaced: boolean;
  /** Red, green and blue of each index. */
  readonly palette: Uint8Array;
  /** The palette index that is transparent. */
  readonly transparent: number | undefined;
  /** The number of bits of the codes for single pixels. */
  readonly codeBits: number;
  /** The compressed pixels. */
  readonly data: readonly Uint8Array[];
  /** Whether the file ends before the compressed pixels do. */
  readonly unterminated: boolean;
}

const [EXTENSION, IMAGE, GRAPHIC_CONTROL] = [0x21, 0x2c, 0xf9];
const TABLE_FLAG = 0x80;

/**
 * Reads a GIF (GIF89a specification) up to the end of its first frame.
 *
 * @throws {UserError} `broken_image` when there is no frame, or it has no pixels or no colours
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
      const [control] = reader.blocks().blocks;
      if (isControl && control !== undefined) transparent = transparentIndex(control);
    } else if (block === IMAGE) {
      return readFrame(reader, screen, common, transparent);
    } else {
      throw brokenGif("it has no image");
    }
  }
}

function readFrame(
  reader: Reader,
  screen: Size,
  common: Uint8Array | undefined,
  transparent: number | undefined,
): GifFrame {
  const place = {
    left: reader.word(),
    top: reader.word(),
    width: reader.word(),
    height: reader.word(),
  };
  const flags = reader.byte();
  const palette = reader.palette(flags) ?? common;
  if (palette === undefined) {
    throw brokenGif("it has no colours");
  }
  if (place.width === 0 || place.height === 0) {
    throw brokenGif("its first frame has no pixels");
  }
  const interlaced = (flags & 0x40) !== 0;
  const codeBits = reader.byte();
  const { blocks: data, unterminated } = reader.blocks();
  const seen = { palette, transparent, codeBits, data, unterminated };
  return { screen: around(screen, place), ...place, interlaced, ...seen };
}

/** Enlarges a screen, which may even be empty, to the whole of the first frame, as browsers do. */
function around(screen: Size, { left, top, width, height }: Rectangle): Size {
  return {
    width: Math.max(screen.width, left + width),
    height: Math.max(screen.height, top + height),
  };
}

function transparentIndex(control: Uint8Array): number | undefined {
  return ((control[0] ?? 0) & 1) === 1 ? control[3] : undefined;
}

/** Data in blocks, and whether the file ends before the data does. */
interface Blocks {
  readonly blocks: Uint8Array[];
  readonly unterminated: boolean;
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

  /** Reads the colour table that the flags announce, if they do. */
  palette(flags: number): Uint8Array | undefined {
    return (flags & TABLE_FLAG) === 0 ? undefined : this.take(3 << ((flags & 7) + 1));
  }

  /** Reads data in blocks of at most 255 bytes, up to an empty one or the end of the file. */
  blocks(): Blocks {
    const blocks: Uint8Array[] = [];
    for (let length = this.#next(); length > 0; length = this.#next()) {
      blocks.push(this.#bytes.subarray(this.#at, this.#at + length));
      this.#at += length;
    }
    return { blocks, unterminated: this.#at > this.#bytes.length };
  }

  /** Returns the next byte, or 0 at the end of the file. */
  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }
}

function brokenGif(why: string): Error {
  return imageError("broken_image", `The GIF image is broken: ${why}.`);
}
