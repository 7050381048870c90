import { createDecoders } from "../../core/codecs/decoders.ts";
import type { Imports, Instance } from "../../core/codecs/web-assembly.ts";

/**
 * Creates image decoders around modules that are compiled at deployment: a Worker may not compile
 * WebAssembly. Each module is imported when the first image of its format comes.
 */
export const createWorkerDecoders = () =>
  createDecoders({
    jpeg: instancesOf(() => import("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm")),
    webp: instancesOf(() => import("@jsquash/webp/codec/dec/webp_dec.wasm")),
    avif: instancesOf(() => import("@jsquash/avif/codec/dec/avif_dec.wasm")),
  });

/** The decoders of the isolate. */
export const decoders = createWorkerDecoders();

function instancesOf(load: () => Promise<{ default: WebAssembly.Module }>) {
  return async (imports: Imports): Promise<Instance> => {
    const { default: module } = await load();
    return new WebAssembly.Instance(module, imports);
  };
}
