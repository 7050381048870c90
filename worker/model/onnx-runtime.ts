import compiledRuntime from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import * as ort from "onnxruntime-web/wasm";
import { runtimeOf } from "../../core/onnx-runtime.ts";
import type { Runtime } from "../../core/runtime.ts";
import { growInSmallSteps } from "../../core/small-memory-steps.ts";
import { warmUp } from "./warm-up.ts";

/**
 * A Worker may only instantiate WebAssembly that was compiled at deployment, and ONNX Runtime has no
 * option for a compiled module. It does accept the module's bytes and passes them to
 * `WebAssembly.instantiate`: given zero bytes, this wrapper instantiates the compiled module.
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

growInSmallSteps(WebAssembly);

// Workers cannot start threads.
ort.env.wasm.numThreads = 1;
ort.env.wasm.proxy = false;

/** ONNX Runtime in WebAssembly, as it runs in a Worker. */
export const onnxRuntime: Runtime = runtimeOf(ort);

// Most of the first session's cost is ONNX Runtime registering its thousand kernels. Here it happens
// while the isolate starts, which the platform does before the first request and allows a second for.
await warmUp(ort);
