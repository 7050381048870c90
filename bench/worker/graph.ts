import type { Session } from "../../core/runtime.ts";
import { onnxRuntime } from "../../worker/model/onnx-runtime.ts";
import { fillInput, type InputShape } from "../inputs.ts";

let session: Session | undefined;

/** Loads a graph, the bytes of an ONNX file, in place of the previous one. */
export async function loadGraph(model: Uint8Array): Promise<void> {
  session = await onnxRuntime.createSession(model, []);
}

/** Runs the loaded graph several times. */
export async function runGraph(inputs: readonly InputShape[], repeat: number): Promise<void> {
  if (session === undefined) throw new Error("no graph is loaded");
  const tensors = Object.fromEntries(inputs.map((input) => [input.name, fillInput(input)]));
  for (let count = 0; count < repeat; count++) await session.run(tensors);
}
