import type { Pixels } from "../image/pixels.ts";
import type { Decoder } from "./decode.ts";
import { CodecUnavailableError } from "./errors.ts";

/** A codec in an instance of WebAssembly. */
export interface CodecInstance {
  /** Decodes without yielding, so that calls never meet in the instance. */
  decode(bytes: Uint8Array): Pixels;
  /** The size of the instance's memory, which grows to the largest picture and never shrinks. */
  memoryBytes(): number;
}

/** An instance that grew beyond this is given up after use, and its memory with it. */
const KEPT_MEMORY_BYTES = 24 * 2 ** 20;

/**
 * A decoder that makes its instance on first use, keeps it, and replaces it whenever it threw:
 * such an instance has lost what it had allocated and may be in any state, and a wrong picture
 * must never take the next one down.
 */
export function renewed(instantiate: () => Promise<CodecInstance>): Decoder {
  let kept: Promise<CodecInstance> | undefined;

  return async (bytes) => {
    for (;;) {
      kept ??= available(instantiate);
      const awaited = kept;
      try {
        const instance = await awaited;
        if (awaited !== kept) {
          continue; // It was given up while this call waited.
        }
        const pixels = instance.decode(bytes);
        if (instance.memoryBytes() > KEPT_MEMORY_BYTES) {
          kept = undefined;
        }
        return pixels;
      } catch (error) {
        if (awaited === kept) {
          kept = undefined;
        }
        throw error;
      }
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
