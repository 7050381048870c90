import type { Pixels } from "../image/pixels.ts";
import type { CodecInstance } from "./renewed.ts";
import type { Imports, Instantiate } from "./web-assembly.ts";

/** The functions that Rust's `wasm-bindgen` exports. */
interface PngExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly __wbindgen_malloc: (bytes: number, alignment: number) => number;
  readonly __wbindgen_free: (pointer: number, bytes: number, alignment: number) => void;
  readonly decode: (pointer: number, bytes: number) => number;
}

/**
 * Makes an instance of `@jsquash/png`'s decoder. The package's own JavaScript keeps one instance
 * for ever, even one that panicked, so the little of it that decoding needs is here: the module
 * hands its pixels to the import that would construct an `ImageData`.
 */
export async function instantiatePngCodec(instantiate: Instantiate): Promise<CodecInstance> {
  let decoded: Pixels | undefined;

  const wbg: Imports[string] = {
    __wbg_newwithownedu8clampedarrayandsh_91db5987993a08fb(
      pointer = 0,
      bytes = 0,
      width = 0,
      height = 0,
    ) {
      const data = new Uint8Array(codec.memory.buffer).slice(pointer, pointer + bytes);
      codec.__wbindgen_free(pointer, bytes, 1);
      decoded = { width, height, channels: 4, data };
      return 0; // A handle on the object, which nobody looks up.
    },
    __wbindgen_throw(pointer = 0, bytes = 0) {
      const text = new Uint8Array(codec.memory.buffer).slice(pointer, pointer + bytes);
      throw new Error(String.fromCharCode(...text));
    },
    // Called for 16-bit results only, which are never asked for.
    __wbindgen_memory: notUsed,
    __wbg_buffer_a448f833075b71ba: notUsed,
    __wbg_newwithbyteoffsetandlength_099217381c451830: notUsed,
    __wbindgen_object_drop_ref: notUsed,
  };
  const codec = (await instantiate({ wbg })).exports as PngExports;

  return {
    memoryBytes: () => codec.memory.buffer.byteLength,
    decode(bytes) {
      decoded = undefined;
      const pointer = codec.__wbindgen_malloc(bytes.length, 1) >>> 0;
      new Uint8Array(codec.memory.buffer).set(bytes, pointer);
      codec.decode(pointer, bytes.length);
      if (decoded === undefined) {
        throw new Error("the decoder made no picture of it");
      }
      return decoded;
    },
  };
}

function notUsed(): never {
  throw new Error("the PNG codec was used for what it is not loaded for");
}
