import * as ort from "onnxruntime-web/wasm";
import { runtimeOf } from "../core/onnx-runtime.ts";
import type { Runtime } from "../core/runtime.ts";

// One thread, as in a Worker: sums are then added in the same order, to the same last bit.
ort.env.wasm.numThreads = 1;
ort.env.wasm.proxy = false;

/** The Worker's ONNX Runtime, in Node. */
export const onnxRuntime: Runtime = runtimeOf(ort);
