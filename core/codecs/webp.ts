import { readOrientation } from "../image/exif.ts";
import type { Orientation } from "../image/orient.ts";
import { imageError } from "./errors.ts";
import type { ImageHeader } from "./header.ts";

type Size = Pick<ImageHeader, "width" | "height">;

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const ANIMATION_FLAG = 0x02;

/**
 * Reads a WebP's size and orientation, and follows its chunks to the end of the file.
 *
 * @throws {@link UserError} `broken_image`; `unsupported_image` for an animation
 */
export function readWebpHeader(bytes: Uint8Array): ImageHeader {
  let canvas: Size | undefined;
  let picture: Size | undefined;
  let orientation: Orientation = 1;
  for (const { type, view } of chunks(bytes)) {
    if (type === "VP8X") {
      canvas ??= readCanvas(view);
    } else if (type === "VP8 ") {
      picture ??= readLossy(view);
    } else if (type === "VP8L") {
      picture ??= readLossless(view);
    } else if (type === "EXIF") {
      orientation = readOrientation(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    }
  }
  if (picture === undefined) {
    throw broken("there is no picture in it");
  }
  if (canvas && (canvas.width !== picture.width || canvas.height !== picture.height)) {
    throw broken("its headers differ about its size");
  }
  return { format: "webp", ...picture, orientation };
}

function* chunks(bytes: Uint8Array): Generator<{ type: string; view: DataView }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < RIFF_HEADER_BYTES) {
    throw broken("it ends too early");
  }
  const end = CHUNK_HEADER_BYTES + view.getUint32(4, true);
  if (end > bytes.length) {
    throw broken("it ends too early");
  }
  for (let at = RIFF_HEADER_BYTES; at + CHUNK_HEADER_BYTES <= end; ) {
    const length = view.getUint32(at + 4, true);
    const start = at + CHUNK_HEADER_BYTES;
    if (start + length > end) {
      throw broken("a part of it is longer than the file");
    }
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    yield { type, view: new DataView(bytes.buffer, bytes.byteOffset + start, length) };
    at = start + length + (length % 2);
  }
}

/** The extended header: flags, then the canvas size less 1 in 24 bits each (RFC 9649, 2.7). */
function readCanvas(view: DataView): Size {
  if (view.byteLength < 10) {
    throw broken("its header is too short");
  }
  if ((view.getUint8(0) & ANIMATION_FLAG) !== 0) {
    throw imageError("unsupported_image", "The WebP picture is an animation; give a still one.");
  }
  return {
    width: 1 + (view.getUint32(3, true) >>> 8),
    height: 1 + (view.getUint32(6, true) >>> 8),
  };
}

/** A VP8 key frame: 3 bytes of flags, a start code, and two sizes of 14 bits (RFC 6386, 9.1). */
function readLossy(view: DataView): Size {
  if (view.byteLength < 10 || view.getUint32(2) << 8 !== 0x9d012a << 8) {
    throw broken("its header is damaged");
  }
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

/** A lossless picture: a signature byte, then two sizes less 1 of 14 bits (RFC 9649, 3.4). */
function readLossless(view: DataView): Size {
  if (view.byteLength < 5 || view.getUint8(0) !== 0x2f) {
    throw broken("its header is damaged");
  }
  const bits = view.getUint32(1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function broken(why: string): Error {
  return imageError("broken_image", `The WebP picture is broken: ${why}.`);
}
