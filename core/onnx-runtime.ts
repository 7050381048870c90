import type * as onnxruntime from "onnxruntime-web/wasm";
import type { Runtime, Session, Tensor } from "./runtime.ts";

/** What is used of ONNX Runtime's JavaScript, loaded and set up by Node's adapter or the Worker's. */
export type OnnxRuntime = Pick<typeof onnxruntime, "InferenceSession" | "Tensor">;

/** Makes ONNX Runtime a {@link Runtime}, computing in WebAssembly. */
export function runtimeOf(ort: OnnxRuntime): Runtime {
  const inTurn = oneAtATime();
  return {
    async createSession(model, externalData) {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ["wasm"],
        externalData: externalData.map(({ path, data }) => ({ path, data })),
      });
      return sessionOf(ort, session, inTurn);
    },
  };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * ONNX Runtime puts a run's arguments on the one stack that its memory has, yields, and takes them
 * off again. Of two runs at a time, the one that ends first takes away what the other stands on; and
 * each such pair leaves the stack a little shorter, until it reaches into what lies below, and no run
 * ever succeeds again. So there is one at a time, of all sessions: they share a memory.
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
  throw new Error(`a graph's output is of type ${type}, which no bundle has`);
}
