import { readFile } from "node:fs/promises";
import type { Decoders } from "../core/codecs/decode.ts";
import { createDecoders } from "../core/codecs/decoders.ts";
import type { Imports, Instance } from "../core/codecs/web-assembly.ts";

/** Loads the decoders of the Worker in Node: the same WebAssembly, compiled on first use. */
export function loadDecoders(): Decoders {
  return createDecoders({
    jpeg: compiled("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
    webp: compiled("@jsquash/webp/codec/dec/webp_dec.wasm"),
    avif: compiled("@jsquash/avif/codec/dec/avif_dec.wasm"),
  });
}

function compiled(specifier: string): (imports: Imports) => Promise<Instance> {
  let module: Promise<WebAssembly.Module> | undefined;
  return async (imports) => {
    module ??= readFile(new URL(import.meta.resolve(specifier))).then((bytes) =>
      WebAssembly.compile(bytes),
    );
    return WebAssembly.instantiate(await module, imports);
  };
}
