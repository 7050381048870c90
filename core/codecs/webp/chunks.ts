import { imageError } from "../errors.ts";

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/** A chunk of a WebP file (RFC 9649, 2.3). */
export interface Chunk {
  readonly type: string;
  readonly body: Uint8Array;
}

/**
 * Yields the chunks of a file, or of a part of one.
 *
 * @param start - the offset of the first chunk
 * @param end - the offset behind the last chunk
 * @throws {UserError} `broken_image` when a chunk or the file is cut off
 */
export function* chunksOf(
  bytes: Uint8Array,
  start = RIFF_HEADER_BYTES,
  end = riffEnd(bytes),
): Generator<Chunk> {
  for (let at = start; at + CHUNK_HEADER_BYTES <= end; ) {
    const length = uint32(bytes, at + 4);
    const first = at + CHUNK_HEADER_BYTES;
    if (first + length > end) {
      throw brokenWebp("a chunk is longer than the file");
    }
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    yield { type, body: bytes.subarray(first, first + length) };
    at = first + length + (length % 2);
  }
}

function riffEnd(bytes: Uint8Array): number {
  const end = CHUNK_HEADER_BYTES + uint32(bytes, 4);
  if (bytes.length < RIFF_HEADER_BYTES || end > bytes.length) {
    throw brokenWebp("it ends too early");
  }
  return end;
}

/** Writes a file of these chunks. */
export function webpOf(chunks: readonly Chunk[]): Uint8Array {
  const padded = chunks.map(({ body }) => CHUNK_HEADER_BYTES + body.length + (body.length % 2));
  const file = new Uint8Array(padded.reduce((sum, length) => sum + length, RIFF_HEADER_BYTES));
  put(file, 0, "RIFF", file.length - CHUNK_HEADER_BYTES);
  put(file, 8, "WEBP");
  let at = RIFF_HEADER_BYTES;
  for (const [i, { type, body }] of chunks.entries()) {
    put(file, at, type, body.length);
    file.set(body, at + CHUNK_HEADER_BYTES);
    at += padded[i] ?? 0;
  }
  return file;
}

function put(file: Uint8Array, at: number, name: string, length?: number): void {
  for (let i = 0; i < 4; i++) file[at + i] = name.charCodeAt(i);
  if (length !== undefined) {
    for (let i = 0; i < 4; i++) file[at + 4 + i] = length >>> (8 * i);
  }
}

/** Reads 24 bits, the lowest byte first. */
export function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8) + ((bytes[at + 2] ?? 0) << 16);
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint24(bytes, at) + (bytes[at + 3] ?? 0) * 2 ** 24;
}

/** Makes a {@link UserError} `broken_image`. */
export function brokenWebp(why: string): Error {
  return imageError("broken_image", `The WebP image is broken: ${why}.`);
}
