import compiledRuntime from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import * as ort from "onnxruntime-web/wasm";
import { runtimeOf } from "../core/onnx-runtime.ts";
import type { Runtime } from "../core/runtime.ts";

/**
 * A Worker may not compile WebAssembly from bytes, only instantiate what was compiled with it;
 * ONNX Runtime's entry for the web has no door for that. It does take the bytes as an argument,
 * though, and hands them to `WebAssembly.instantiate`: given none, and only then, the compiled
 * module is instantiated instead.
 */
const instantiate = WebAssembly.instantiate;
Object.assign(WebAssembly, {
  async instantiate(source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) {
    if (source instanceof WebAssembly.Module) return instantiate(source, imports);
    if (source.byteLength > 0) return Reflect.apply(instantiate, WebAssembly, [source, imports]);
    const instance = await instantiate(compiledRuntime, imports);
    return { module: compiledRuntime, instance };
  },
});
ort.env.wasm.wasmBinary = new Uint8Array();

// Workers cannot start threads of their own.
ort.env.wasm.numThreads = 1;
ort.env.wasm.proxy = false;

/** ONNX Runtime in WebAssembly, as it runs in a Worker. */
export const onnxRuntime: Runtime = runtimeOf(ort);
