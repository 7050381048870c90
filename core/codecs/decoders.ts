import { onCanvas } from "../image/canvas.ts";
import { type Pixels, rowsOf } from "../image/pixels.ts";
import type { Decoder, Decoders } from "./decode.ts";
import { decodeGif } from "./gif/index.ts";
import { decodeJpeg, isReduction, reductionTo } from "./jpeg/index.ts";
import { withEndMarker } from "./jpeg/segments.ts";
import { decodePng } from "./png/index.ts";
import { type CodecRoom, renewed } from "./renewed.ts";
import { avifCodec, jpegCodec, webpCodec } from "./wasm-codecs.ts";
import type { Instantiate } from "./web-assembly.ts";
import { firstFrame } from "./webp/first-frame.ts";

/** The codecs in WebAssembly; each is loaded when its format is first needed. */
export type WasmCodecs = Readonly<Record<"jpeg" | "webp" | "avif", Instantiate>>;

/**
 * Creates the decoders: mozjpeg, libwebp and libavif in WebAssembly, from the `@jsquash` packages,
 * and our own, which need little more memory than a row. They ignore colour profiles and EXIF.
 *
 * @param wasm - instantiates the compiled module of a codec. Only this differs between Node, which
 *   compiles them from files, and Workers, which may not compile.
 */
export function createDecoders(wasm: WasmCodecs): Decoders {
  const room: CodecRoom = {};
  return {
    jpeg: jpegDecoder(wasm.jpeg, room),
    webp: webpDecoder(wasm.webp, room),
    avif: avifDecoder(wasm.avif, room),
    png: async ({ bytes }, use) => use(decodePng(bytes)),
    gif: async ({ bytes }, use) => use(decodeGif(bytes)),
  };
}

/**
 * Up to so many pixels, mozjpeg decodes the whole image. That takes half of the time of reducing it with
 * our decoder (1200 x 800: 14 ms instead of 29, preparation included), and fits into the memory that its
 * instance begins with.
 */
const WHOLE_PIXELS = 1.5 * 2 ** 20;

/**
 * Uses our decoder for large images that can be reduced, and for CMYK, which mozjpeg does not convert.
 */
function jpegDecoder(instantiate: Instantiate, room: CodecRoom): Decoder {
  const useCodec = renewed(() => jpegCodec(instantiate), room);
  return async ({ bytes, header, memory, least = header }, use) => {
    const reduction = reductionTo(header, least);
    const isWhole = header.width * header.height <= WHOLE_PIXELS || !isReduction(reduction);
    if (isWhole && !header.inks) {
      return useCodec(header.unterminated ? withEndMarker(bytes) : bytes, use, memory);
    }
    // Frees the memory of the codec that is kept, for the large image.
    room.kept = undefined;
    return use(decodeJpeg(bytes, reduction));
  };
}

function webpDecoder(instantiate: Instantiate, room: CodecRoom): Decoder {
  const useCodec = renewed(() => webpCodec(instantiate), room);
  return async ({ bytes, header, memory }, use) => {
    const frame = firstFrame(bytes);
    if (frame === undefined) return useCodec(bytes, use, memory);
    const useFrame = (pixels: Pixels) => {
      if (pixels.width !== frame.width || pixels.height !== frame.height) {
        throw new Error("the first frame and its header give different sizes");
      }
      return use(onCanvas(rowsOf(pixels), frame.left, frame.top, header));
    };
    return useCodec(frame.file, useFrame, memory);
  };
}

function avifDecoder(instantiate: Instantiate, room: CodecRoom): Decoder {
  const useCodec = renewed(() => avifCodec(instantiate), room);
  return async ({ bytes, memory }, use) => useCodec(bytes, use, memory);
}
