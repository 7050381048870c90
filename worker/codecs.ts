import jpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm";
import { wasmDecoders } from "../core/codecs/wasm-decoders.ts";
import type { Imports, Instance } from "../core/codecs/web-assembly.ts";

/** The decoders, around modules that were compiled at deployment: a Worker may not compile. */
export const decoders = wasmDecoders({
  jpeg: instancesOf(jpeg),
  png: instancesOf(png),
  webp: instancesOf(webp),
});

function instancesOf(module: WebAssembly.Module): (imports: Imports) => Promise<Instance> {
  return async (imports) => new WebAssembly.Instance(module, imports);
}
