import createJpegModule from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import createWebpModule from "@jsquash/webp/codec/dec/webp_dec.js";
import type { Decoders } from "./decode.ts";
import { type CreateModule, type EmscriptenModule, instantiateEmscripten } from "./emscripten.ts";
import { instantiatePngCodec } from "./png-codec.ts";
import { renewed } from "./renewed.ts";
import type { ImageFormat } from "./sniff.ts";
import type { Instantiate } from "./web-assembly.ts";

interface JpegModule extends EmscriptenModule {
  decode(bytes: Uint8Array, preserveOrientation: boolean): ImageDataLike | null;
}

interface WebpModule extends EmscriptenModule {
  decode(bytes: Uint8Array): ImageDataLike | null;
}

/** What both modules build: the web's `ImageData`. */
interface ImageDataLike {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/**
 * libjpeg warns once about a picture and decodes on, with grey for what is missing. Stray bytes
 * between two segments lose nothing, and many cameras leave some; every other complaint about the
 * data means that something of the picture is not there.
 */
const LOST_DATA = /^(?:Premature end|Corrupt JPEG data: (?!\d+ extraneous bytes))/;

/**
 * The decoders of the `@jsquash` packages: mozjpeg, libwebp and the `png` crate in WebAssembly.
 * Colour profiles and EXIF are left alone.
 *
 * @param instantiate - instantiates the compiled module of a format. Only this differs between
 *   Node, which compiles them from files, and Workers, which may not compile.
 */
export function wasmDecoders(instantiate: Readonly<Record<ImageFormat, Instantiate>>): Decoders {
  return {
    jpeg: renewed(async () => {
      const create: CreateModule<JpegModule> = createJpegModule;
      const { module, complaints } = await instantiateEmscripten(create, instantiate.jpeg);
      return {
        memoryBytes: () => module.HEAPU8.byteLength,
        decode(bytes) {
          complaints.length = 0;
          const image = module.decode(bytes, false);
          const lost = complaints.find((line) => LOST_DATA.test(line));
          if (lost !== undefined) {
            throw new Error(lost);
          }
          return toPixels(image);
        },
      };
    }),
    webp: renewed(async () => {
      const create: CreateModule<WebpModule> = createWebpModule;
      const { module } = await instantiateEmscripten(create, instantiate.webp);
      return {
        memoryBytes: () => module.HEAPU8.byteLength,
        decode: (bytes) => toPixels(module.decode(bytes)),
      };
    }),
    png: renewed(() => instantiatePngCodec(instantiate.png)),
  };
}

function toPixels(image: ImageDataLike | null) {
  if (image === null) {
    throw new Error("the decoder made no picture of it");
  }
  return { width: image.width, height: image.height, channels: 4 as const, data: image.data };
}
