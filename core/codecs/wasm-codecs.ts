import createAvifModule from "@jsquash/avif/codec/dec/avif_dec.js";
import createJpegModule from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import createWebpModule from "@jsquash/webp/codec/dec/webp_dec.js";
import { type CreateModule, instantiateEmscripten } from "./emscripten.ts";
import { MemoryLimitError } from "./errors.ts";
import type { CodecInstance } from "./renewed.ts";
import { samplesInPlace } from "./samples-in-place.ts";
import type { Instantiate } from "./web-assembly.ts";

interface JpegModule {
  decode(bytes: Uint8Array, preserveOrientation: boolean): unknown;
}

interface WebpModule {
  decode(bytes: Uint8Array): unknown;
}

interface AvifModule {
  decode(bytes: Uint8Array, bitDepth: number): unknown;
}

/**
 * Matches libjpeg's warnings about lost data. It gives each kind of warning once, and goes on with
 * grey for what is missing. Stray bytes between two segments lose nothing, and many cameras leave
 * some.
 */
const LOST_DATA = /^(?:Premature end|Corrupt JPEG data: (?!\d+ extraneous bytes))/;

/** Instantiates mozjpeg, for JPEG images at their own size. */
export function jpegCodec(instantiate: Instantiate): Promise<CodecInstance> {
  const create: CreateModule<JpegModule> = createJpegModule;
  const decode = (module: JpegModule, bytes: Uint8Array) => module.decode(bytes, false);
  return codecOf(create, instantiate, decode, (complaints) => {
    const lost = complaints.find((line) => LOST_DATA.test(line));
    if (lost !== undefined) throw new Error(lost);
  });
}

/** Instantiates libwebp, for WebP images that are not animated. */
export function webpCodec(instantiate: Instantiate): Promise<CodecInstance> {
  const create: CreateModule<WebpModule> = createWebpModule;
  return codecOf(create, instantiate, (module, bytes) => module.decode(bytes));
}

/** Instantiates libavif, for AVIF images. */
export function avifCodec(instantiate: Instantiate): Promise<CodecInstance> {
  const create: CreateModule<AvifModule> = createAvifModule;
  return codecOf(create, instantiate, (module, bytes) => module.decode(bytes, 8));
}

/** @param check - throws when the printed lines say that the image is incomplete */
async function codecOf<M>(
  create: CreateModule<M>,
  instantiate: Instantiate,
  decode: (module: M, bytes: Uint8Array) => unknown,
  check: (complaints: readonly string[]) => void = () => undefined,
): Promise<CodecInstance> {
  const { module, memory, complaints } = await instantiateEmscripten(create, instantiate);
  const decodeInPlace = samplesInPlace();
  return {
    memoryBytes: () => memory.bytes,
    decode(bytes, use, limit = Infinity) {
      complaints.length = 0;
      memory.setLimit(limit);
      try {
        return decodeInPlace(
          () => decode(module, bytes),
          (pixels) => {
            check(complaints);
            return use(pixels);
          },
        );
      } catch (error) {
        throw memory.isExceeded ? new MemoryLimitError(limit, { cause: error }) : error;
      }
    },
  };
}
