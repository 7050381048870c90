import { createDecoders } from "../core/codecs/decoders.ts";
import type { Imports, Instance } from "../core/codecs/web-assembly.ts";

/**
 * The decoders, around modules that were compiled at deployment: a Worker may not compile. Each is
 * imported when its format first comes.
 */
export const decoders = createDecoders({
  jpeg: instancesOf(() => import("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm")),
  webp: instancesOf(() => import("@jsquash/webp/codec/dec/webp_dec.wasm")),
  avif: instancesOf(() => import("@jsquash/avif/codec/dec/avif_dec.wasm")),
});

function instancesOf(load: () => Promise<{ default: WebAssembly.Module }>) {
  return async (imports: Imports): Promise<Instance> => {
    const { default: module } = await load();
    return new WebAssembly.Instance(module, imports);
  };
}
