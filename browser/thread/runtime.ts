import * as ort from "onnxruntime-web/wasm";
import { runtimeOf } from "../../core/onnx-runtime.ts";
import type { Runtime } from "../../core/runtime.ts";
import { growInSmallSteps } from "../../core/small-memory-steps.ts";

/**
 * Prepares the service's ONNX Runtime in a browser.
 *
 * @param wasm - the WebAssembly of the same version of ONNX Runtime.
 */
export function onnxRuntime(wasm: ArrayBuffer): Runtime {
  growInSmallSteps(WebAssembly);
  ort.env.wasm.wasmBinary = wasm;
  // More threads would need SharedArrayBuffer, which only cross-origin isolated pages have.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  return runtimeOf(ort);
}
