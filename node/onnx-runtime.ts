import * as ort from "onnxruntime-web/wasm";
import { runtimeOf } from "../core/onnx-runtime.ts";
import type { Runtime } from "../core/runtime.ts";
import { growInSmallSteps } from "../core/small-memory-steps.ts";

growInSmallSteps(WebAssembly);

// One thread, as in a Worker: sums are added in the same order, so results are bit-identical.
ort.env.wasm.numThreads = 1;
ort.env.wasm.proxy = false;

/** The Worker's ONNX Runtime, in Node. */
export const onnxRuntime: Runtime = runtimeOf(ort);
