import type { Decoders } from "../../core/codecs/decode.ts";
import { createDecoders } from "../../core/codecs/decoders.ts";
import type { Imports, Instance } from "../../core/codecs/web-assembly.ts";
import type { Downloaded } from "../messages.ts";

/** Creates the service's decoders; each is compiled when its format is first needed. */
export function createCodecs(files: Downloaded): Decoders {
  return createDecoders({
    jpeg: compiled(files["jpeg-codec"]),
    webp: compiled(files["webp-codec"]),
    avif: compiled(files["avif-codec"]),
  });
}

function compiled(bytes: ArrayBuffer = new ArrayBuffer()): (imports: Imports) => Promise<Instance> {
  let module: Promise<WebAssembly.Module> | undefined;
  return async (imports) => {
    module ??= WebAssembly.compile(bytes);
    return WebAssembly.instantiate(await module, imports);
  };
}
