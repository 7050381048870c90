import type * as onnxruntime from "onnxruntime-web/wasm";
import type { Runtime, Session, Tensor } from "./runtime.ts";

/** The part of ONNX Runtime's JavaScript that is used; Node and the Worker load and configure it. */
export type OnnxRuntime = Pick<typeof onnxruntime, "InferenceSession" | "Tensor">;

/** Wraps ONNX Runtime, which computes in WebAssembly, as a {@link Runtime}. */
export function runtimeOf(ort: OnnxRuntime): Runtime {
  const inTurn = oneAtATime();
  return {
    async createSession(model, externalData, { prepack = true } = {}) {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ["wasm"],
        externalData: externalData.map(({ path, data }) => ({ path, data })),
        extra: { session: { disable_prepacking: prepack ? "0" : "1" } },
      });
      return sessionOf(ort, session, inTurn);
    },
  };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Runs all sessions one at a time, because they share a memory.
 *
 * ONNX Runtime pushes a run's arguments on the only stack of its memory, yields, and pops them again.
 * Of two runs at once, the one that ends first pops the arguments of the other; each such pair moves
 * the stack, until it overwrites other data and no run succeeds any more.
 */
function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

function sessionOf(
  ort: OnnxRuntime,
  session: onnxruntime.InferenceSession,
  inTurn: InTurn,
): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(inputs) {
      const feeds: Record<string, onnxruntime.Tensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(inputs)) {
        feeds[name] = new ort.Tensor(type, data, [...dims]);
      }
      const outputs: Record<string, Tensor> = {};
      for (const [name, value] of Object.entries(await inTurn(() => session.run(feeds)))) {
        outputs[name] = tensorOf(value);
      }
      return outputs;
    },
  };
}

function tensorOf({ type, data, dims }: onnxruntime.Tensor): Tensor {
  if (type === "float32" && data instanceof Float32Array) return { type, data, dims };
  if (type === "int32" && data instanceof Int32Array) return { type, data, dims };
  if (type === "uint8" && data instanceof Uint8Array) return { type, data, dims };
  throw new Error(`an output of the graph has the type ${type}, which bundles do not use`);
}
