import type { Pixels } from "../image/pixels.ts";
import { CodecUnavailableError } from "./errors.ts";

/** A codec in an instance of WebAssembly. */
export interface CodecInstance {
  /** Decodes without yielding, so that calls never meet in the instance. */
  decode(bytes: Uint8Array): Pixels;
  /** The size of the instance's memory, which grows to the largest picture and never shrinks. */
  memoryBytes(): number;
}

/** Decodes a file, and gives the picture to `use` before it yields. */
export type UseCodec = <T>(bytes: Uint8Array, use: (pixels: Pixels) => T) => Promise<T>;

/** An instance that grew beyond this is given up after use, and its memory with it. */
const KEPT_MEMORY_BYTES = 24 * 2 ** 20;

/**
 * A codec that is instantiated on first use, kept, and replaced whenever it threw: such an instance
 * has lost what it had allocated and may be in any state, and a wrong picture must never take the
 * next one down.
 */
export function renewed(instantiate: () => Promise<CodecInstance>): UseCodec {
  let kept: Promise<CodecInstance> | undefined;

  return async (bytes, use) => {
    for (;;) {
      kept ??= available(instantiate);
      const awaited = kept;
      const instance = await awaited.catch((error) => {
        if (awaited === kept) kept = undefined;
        throw error;
      });
      if (awaited !== kept) {
        continue; // It was given up while this call waited.
      }
      kept = undefined; // Should it throw.
      const pixels = instance.decode(bytes);
      if (instance.memoryBytes() <= KEPT_MEMORY_BYTES) {
        kept = awaited;
      }
      return use(pixels);
    }
  };
}

async function available(instantiate: () => Promise<CodecInstance>): Promise<CodecInstance> {
  try {
    return await instantiate();
  } catch (cause) {
    throw new CodecUnavailableError("an image codec cannot be loaded", { cause });
  }
}
