import type { Size } from "../../image/pixels.ts";
import { type Chunk, chunksOf, uint24, webpOf } from "./chunks.ts";
import { frameChunks } from "./header.ts";

/** The first frame of an animation as a separate file, with its place on the canvas. */
export interface FirstFrame extends Size {
  readonly file: Uint8Array;
  readonly left: number;
  readonly top: number;
}

const ALPHA_FLAG = 0x10;

/**
 * Extracts the first frame of an animation, because the decoder reads still images only.
 *
 * @param bytes - a file whose header was accepted
 * @returns undefined for a still image
 */
export function firstFrame(bytes: Uint8Array): FirstFrame | undefined {
  for (const chunk of chunksOf(bytes)) {
    if (chunk.type === "ANMF") return readFrame(chunk);
  }
  return undefined;
}

/** Reads a frame's offset, halved, and its size, less 1, of 24 bits each (RFC 9649, 2.7.1.1). */
function readFrame(chunk: Chunk): FirstFrame {
  const { body } = chunk;
  const [width, height] = [1 + uint24(body, 6), 1 + uint24(body, 9)];
  const parts = [...frameChunks(chunk)].filter(({ type }) =>
    ["ALPH", "VP8 ", "VP8L"].includes(type),
  );
  const hasAlpha = parts.some(({ type }) => type === "ALPH");
  const file = webpOf(hasAlpha ? [extendedHeader(body), ...parts] : parts);
  return { file, left: 2 * uint24(body, 0), top: 2 * uint24(body, 3), width, height };
}

/** Writes the header without which the decoder ignores the alpha of a lossy image. */
function extendedHeader(frame: Uint8Array): Chunk {
  const body = new Uint8Array(10);
  body[0] = ALPHA_FLAG;
  body.set(frame.subarray(6, 12), 4);
  return { type: "VP8X", body };
}
