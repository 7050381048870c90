import type { Size } from "../../image/pixels.ts";
import type { ImageHeader } from "../header.ts";
import { brokenWebp, type Chunk, chunksOf, uint24 } from "./chunks.ts";

/** An image in one of the two encodings of WebP. */
export interface CodedImage extends Size {
  readonly lossless: boolean;
  readonly alpha: boolean;
}

/**
 * Reads a WebP's size, and follows its chunks to the end of the file. Of an animation, reads the
 * first frame. Ignores an orientation in EXIF, because browsers do not turn WebP images.
 *
 * @throws {UserError} `broken_image` when the file is damaged, ends too early or has no image
 */
export function readWebpHeader(bytes: Uint8Array): ImageHeader {
  let canvas: Size | undefined;
  let image: CodedImage | undefined;
  let animated = false;
  let alpha = false;
  for (const chunk of chunksOf(bytes)) {
    if (chunk.type === "VP8X") {
      canvas ??= readCanvas(chunk);
    } else if (chunk.type === "ANMF") {
      animated = true;
      image ??= readCoded(frameChunks(chunk));
    } else if (image === undefined) {
      image = readImageChunk(chunk, alpha);
      alpha ||= chunk.type === "ALPH";
    }
  }
  if (image === undefined) {
    throw brokenWebp("it has no image");
  }
  const { lossless, alpha: hasAlpha, ...size } = image;
  if (canvas && !animated && (canvas.width !== size.width || canvas.height !== size.height)) {
    throw brokenWebp("its headers give different sizes");
  }
  const lossy = hasAlpha ? "lossy WebP with alpha" : "lossy WebP";
  const kind = lossless ? "lossless WebP" : lossy;
  return { format: "webp", kind, ...(canvas ?? size), orientation: 1 };
}

/** Yields the chunks inside an animation's frame, behind the frame's own header. */
export function frameChunks({ body }: Chunk): Generator<Chunk> {
  if (body.length < FRAME_HEADER_BYTES) {
    throw brokenWebp("the header of its first frame is too short");
  }
  return chunksOf(body, FRAME_HEADER_BYTES, body.length);
}

const FRAME_HEADER_BYTES = 16;

/** Returns the first image among the chunks. */
function readCoded(chunks: Iterable<Chunk>): CodedImage | undefined {
  let alpha = false;
  for (const chunk of chunks) {
    const image = readImageChunk(chunk, alpha);
    if (image !== undefined) return image;
    alpha ||= chunk.type === "ALPH";
  }
  return undefined;
}

/** @param alpha - whether a chunk with the alpha of a lossy image came before */
function readImageChunk(chunk: Chunk, alpha: boolean): CodedImage | undefined {
  if (chunk.type === "VP8 ") return { lossless: false, alpha, ...readLossy(chunk) };
  return chunk.type === "VP8L" ? { lossless: true, alpha, ...readLossless(chunk) } : undefined;
}

/** Reads the extended header: flags, then the canvas size less 1 in 24 bits each (RFC 9649, 2.7). */
function readCanvas({ body }: Chunk): Size {
  if (body.length < 10) {
    throw brokenWebp("its header is too short");
  }
  return { width: 1 + uint24(body, 4), height: 1 + uint24(body, 7) };
}

/** Reads the start of a VP8 key frame: 3 bytes of flags, a start code, and two sizes of 14 bits (RFC 6386, 9.1). */
function readLossy({ body }: Chunk): Size {
  const [startCode, width, height] = [uint24(body, 3), uint24(body, 6), uint24(body, 8)];
  if (body.length < 10 || startCode !== 0x2a019d) {
    throw brokenWebp("its header is damaged");
  }
  return { width: width & 0x3fff, height: height & 0x3fff };
}

/** Reads the start of a lossless image: a signature byte, then two sizes less 1 of 14 bits (RFC 9649, 3.4). */
function readLossless({ body }: Chunk): Size {
  if (body.length < 5 || body[0] !== 0x2f) {
    throw brokenWebp("its header is damaged");
  }
  const height = (uint24(body, 2) >>> 6) & 0x3fff;
  return { width: 1 + (uint24(body, 1) & 0x3fff), height: 1 + height };
}
