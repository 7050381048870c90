import { readFile } from "node:fs/promises";
import type { Decoders } from "../core/codecs/decode.ts";
import { wasmDecoders } from "../core/codecs/wasm-decoders.ts";
import type { Imports, Instance } from "../core/codecs/web-assembly.ts";

/** The decoders of the Worker, in Node: the same WebAssembly, compiled on first use. */
export function loadDecoders(): Decoders {
  return wasmDecoders({
    jpeg: compiled("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
    png: compiled("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    webp: compiled("@jsquash/webp/codec/dec/webp_dec.wasm"),
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
