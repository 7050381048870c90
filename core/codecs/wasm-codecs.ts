import createAvifModule from "@jsquash/avif/codec/dec/avif_dec.js";
import createJpegModule from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import createWebpModule from "@jsquash/webp/codec/dec/webp_dec.js";
import type { Pixels } from "../image/pixels.ts";
import { type CreateModule, type EmscriptenModule, instantiateEmscripten } from "./emscripten.ts";
import type { CodecInstance } from "./renewed.ts";
import type { Instantiate } from "./web-assembly.ts";

interface JpegModule extends EmscriptenModule {
  decode(bytes: Uint8Array, preserveOrientation: boolean): ImageDataLike | null;
}

interface WebpModule extends EmscriptenModule {
  decode(bytes: Uint8Array): ImageDataLike | null;
}

interface AvifModule extends EmscriptenModule {
  decode(bytes: Uint8Array, bitDepth: number): ImageDataLike | null;
}

/** What the modules build: the web's `ImageData`. */
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

/** mozjpeg, for JPEG pictures at their own size. */
export async function jpegCodec(instantiate: Instantiate): Promise<CodecInstance> {
  const create: CreateModule<JpegModule> = createJpegModule;
  const { module, complaints } = await instantiateEmscripten(create, instantiate);
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
}

/** libwebp, for WebP pictures that are not animated. */
export async function webpCodec(instantiate: Instantiate): Promise<CodecInstance> {
  const create: CreateModule<WebpModule> = createWebpModule;
  const { module } = await instantiateEmscripten(create, instantiate);
  return {
    memoryBytes: () => module.HEAPU8.byteLength,
    decode: (bytes) => toPixels(module.decode(bytes)),
  };
}

/** libavif, for AVIF pictures. */
export async function avifCodec(instantiate: Instantiate): Promise<CodecInstance> {
  const create: CreateModule<AvifModule> = createAvifModule;
  const { module } = await instantiateEmscripten(create, instantiate);
  return {
    memoryBytes: () => module.HEAPU8.byteLength,
    decode: (bytes) => toPixels(module.decode(bytes, 8)),
  };
}

function toPixels(image: ImageDataLike | null): Pixels {
  if (image === null) {
    throw new Error("the decoder made no picture of it");
  }
  return { width: image.width, height: image.height, channels: 4, data: image.data };
}
