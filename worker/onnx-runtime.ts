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

/** An ONNX model that hands its input on: opset 17, `y = Identity(x)`, `float32 [1]`. */
const identityModel =
  "CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBZ1oPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEBE=";

// Most of what the first session costs is ONNX Runtime itself, which registers a thousand kernels:
// it is done while the isolate starts, which the platform does ahead of the first request and
// allows a second for. Should it fail, the first session will say why.
await ort.InferenceSession.create(
  Uint8Array.from(atob(identityModel), (character) => character.charCodeAt(0)),
  { executionProviders: ["wasm"] },
)
  .then((session) => session.release())
  .catch(() => undefined);

/** ONNX Runtime in WebAssembly, as it runs in a Worker. */
export const onnxRuntime: Runtime = runtimeOf(ort);
