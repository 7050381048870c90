import { crc32, deflateSync } from "node:zlib";

/** The type and the content of a chunk. */
export type Chunk = readonly [type: string, body: Uint8Array];

/** The colour types of PNG. */
export const COLOUR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly depth: number;
  readonly colour: number;
}

/**
 * Writes a PNG, valid or not.
 *
 * @param rows - filter bytes and samples, before compression.
 * @param before - chunks before the samples.
 */
export function png(header: PngHeader, rows: Uint8Array, ...before: Chunk[]): Uint8Array {
  return pngOf(imageHeader(header), ...before, ["IDAT", deflateSync(rows)], END);
}

/** Writes a PNG of the given chunks. */
export function pngOf(...chunks: Chunk[]): Uint8Array {
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks.map(write)]);
}

/** The last chunk of every PNG. */
export const END: Chunk = ["IEND", new Uint8Array(0)];

/** Makes the first chunk of a PNG. */
export function imageHeader({ width, height, depth, colour }: PngHeader): Chunk {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(width, 0);
  body.writeUInt32BE(height, 4);
  body[8] = depth;
  body[9] = colour;
  return ["IHDR", body];
}

function write([type, body]: Chunk): Buffer {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(body, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + body.length)), 8 + body.length);
  return bytes;
}
