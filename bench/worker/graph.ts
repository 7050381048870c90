import type { Session } from "../../core/runtime.ts";
import { onnxRuntime } from "../../worker/onnx-runtime.ts";
import { type InputShape, patterned } from "../graphs/inputs.ts";

let session: Session | undefined;

/** Loads a graph in place of the one before. */
export async function loadGraph(model: Uint8Array): Promise<void> {
  session = await onnxRuntime.createSession(model, []);
}

/** Runs it. */
export async function runGraph(inputs: readonly InputShape[], repeat: number): Promise<void> {
  if (session === undefined) throw new Error("no graph is loaded");
  const tensors = Object.fromEntries(inputs.map((input) => [input.name, patterned(input)]));
  for (let count = 0; count < repeat; count++) await session.run(tensors);
}
