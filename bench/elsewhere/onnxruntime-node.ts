import { createRequire } from "node:module";
import { join } from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { patterned } from "../graphs/inputs.ts";
import { answer } from "../measure/child.ts";
import { timeRuns } from "../measure/timing.ts";
import { CannotRun } from "../part.ts";
import type { ElsewhereArgument } from "./argument.ts";

interface NativeRuntime {
  readonly InferenceSession: {
    create(path: string, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: typeof Tensor;
}

/** It has a folder of its own: 110 MB for all platforms is too much to ask of everybody. */
const folder = join(import.meta.dirname, "../native");

await answer(async ({ graph, inputs, runs }: ElsewhereArgument) => {
  const { InferenceSession, Tensor } = load();
  const session = await InferenceSession.create(graph, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    inputs.map((input) => {
      const { type, data, dims } = patterned(input);
      return [input.name, new Tensor(type, data, [...dims])];
    }),
  );
  return { backbone: await timeRuns(() => session.run(feeds), { runs, warmUp: 5 }) };
});

function load(): NativeRuntime {
  try {
    return createRequire(join(folder, "package.json"))("onnxruntime-node");
  } catch {
    throw new CannotRun(
      "onnxruntime-node is not installed: npm install --prefix bench/native --ignore-scripts",
    );
  }
}
