import compiledRuntime from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import * as ort from "onnxruntime-web/wasm";
import type { Runtime, Session, Tensor } from "../core/runtime.ts";

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
export const onnxRuntime: Runtime = {
  async createSession(model, externalData) {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["wasm"],
      externalData: externalData.map(({ path, data }) => ({ path, data })),
    });
    return asSession(session);
  },
};

function asSession(session: ort.InferenceSession): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, tensor]) => [name, toOrt(tensor)] as const);
      const results = await session.run(Object.fromEntries(feeds));
      const outputs = Object.entries(results).map(
        ([name, value]) => [name, fromOrt(value)] as const,
      );
      return Object.fromEntries(outputs);
    },
  };
}

function toOrt({ type, data, dims }: Tensor): ort.Tensor {
  return new ort.Tensor(type, data, [...dims]);
}

function fromOrt({ type, data, dims }: ort.Tensor): Tensor {
  if (type === "float32" && data instanceof Float32Array) return { type, data, dims };
  if (type === "int32" && data instanceof Int32Array) return { type, data, dims };
  if (type === "uint8" && data instanceof Uint8Array) return { type, data, dims };
  throw new Error(`a graph's output is of type ${type}, which no bundle has`);
}
