import { createRequire } from "node:module";
import { join } from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { fillInput } from "../inputs.ts";
import { answer } from "../measure/child.ts";
import { timeRuns } from "../measure/timing.ts";
import { CannotRun } from "../part.ts";
import type { BaselineArgument } from "./argument.ts";

interface NativeRuntime {
  readonly InferenceSession: {
    create(path: string, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: typeof Tensor;
}

/** A separate package folder, so that its 110 MB are not installed with the project. */
const folder = join(import.meta.dirname, "../native");

await answer(async ({ graph, inputs, runs }: BaselineArgument) => {
  const { InferenceSession, Tensor } = loadRuntime();
  const session = await InferenceSession.create(graph, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    inputs.map((input) => {
      const { type, data, dims } = fillInput(input);
      return [input.name, new Tensor(type, data, [...dims])];
    }),
  );
  return timeRuns(() => session.run(feeds), { runs, warmUp: 5 });
});

function loadRuntime(): NativeRuntime {
  try {
    return createRequire(join(folder, "package.json"))("onnxruntime-node");
  } catch {
    throw new CannotRun(
      "onnxruntime-node is not installed: npm install --prefix bench/native --ignore-scripts",
    );
  }
}
