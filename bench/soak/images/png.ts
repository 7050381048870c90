import { crc32, deflateSync } from "node:zlib";

/** A chunk's type and contents. */
export type Chunk = readonly [type: string, body: Uint8Array];

/** A PNG's colour types. */
export const COLOUR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample. */
  readonly depth: number;
  readonly colour: number;
}

/** A PNG of any kind, well-formed or not: `rows` are filter bytes and samples, before deflating. */
export function png(header: PngHeader, rows: Uint8Array, ...before: Chunk[]): Uint8Array {
  return pngOf(imageHeader(header), ...before, ["IDAT", deflateSync(rows)], END);
}

/** A PNG of these chunks alone. */
export function pngOf(...chunks: Chunk[]): Uint8Array {
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks.map(write)]);
}

export const END: Chunk = ["IEND", new Uint8Array(0)];

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
