import type { Pixels } from "../image/pixels.ts";
import { CodecUnavailableError } from "./errors.ts";

/** A codec in an instance of a WebAssembly module. */
export interface CodecInstance {
  /**
   * Decodes a file and gives the image to `use`, without yielding, so that calls never meet in the
   * instance. The samples lie in the instance's memory, and are gone when `use` returns.
   *
   * @param limit - the size up to which the instance's memory may grow, in bytes
   * @throws MemoryLimitError when that is not enough; anything at all for a broken file; and what
   *   `use` throws
   */
  decode<T>(bytes: Uint8Array, use: (pixels: Pixels) => T, limit?: number): T;
  /** Returns the size of the instance's memory, which grows to the largest image and never shrinks. */
  memoryBytes(): number;
}

/** Decodes a file with an instance, as {@link CodecInstance.decode} does. */
export type UseCodec = <T>(
  bytes: Uint8Array,
  use: (pixels: Pixels) => T,
  limit?: number,
) => Promise<T>;

interface Entry {
  readonly instantiate: () => Promise<CodecInstance>;
  readonly instance: Promise<CodecInstance>;
  isUsable: boolean;
}

/** Holds the codec that was used last. Only one is kept, because each has 16 MiB from the start. */
export interface CodecRoom {
  kept?: Entry | undefined;
}

/** An instance that has grown beyond this is dropped after use, to free its memory. */
const KEPT_MEMORY_BYTES = 24 * 2 ** 20;

/**
 * Wraps a codec that is instantiated on first use, kept until another one is used, and replaced
 * whenever it threw: such an instance has leaked its allocations and may be in any state, and a
 * broken image must not affect the next one.
 *
 * @param instantiate - creates an instance of the codec
 * @param room - the place that several codecs share
 */
export function renewed(instantiate: () => Promise<CodecInstance>, room: CodecRoom = {}): UseCodec {
  return async (bytes, use, limit) => {
    for (;;) {
      if (room.kept?.instantiate !== instantiate || !room.kept.isUsable) {
        room.kept = { instantiate, instance: available(instantiate), isUsable: true };
      }
      const entry = room.kept;
      const instance = await entry.instance.catch((error) => giveUp(room, entry, error));
      if (!entry.isUsable) {
        continue; // It was dropped while this call waited.
      }
      try {
        return instance.decode(bytes, use, limit);
      } catch (error) {
        return giveUp(room, entry, error);
      } finally {
        if (instance.memoryBytes() > KEPT_MEMORY_BYTES) forget(room, entry);
      }
    }
  };
}

function giveUp(room: CodecRoom, entry: Entry, error: unknown): never {
  forget(room, entry);
  throw error;
}

function forget(room: CodecRoom, entry: Entry): void {
  entry.isUsable = false;
  if (room.kept === entry) room.kept = undefined;
}

async function available(instantiate: () => Promise<CodecInstance>): Promise<CodecInstance> {
  try {
    return await instantiate();
  } catch (cause) {
    throw new CodecUnavailableError("an image codec cannot be loaded", { cause });
  }
}
