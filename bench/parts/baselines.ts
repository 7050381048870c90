import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BaselineArgument } from "../baselines/argument.ts";
import { type BackboneGraph, backboneGraph } from "../baselines/backbone.ts";
import { usualImage } from "../images.ts";
import { measureApart } from "../measure/child.ts";
import type { Summary } from "../measure/statistics.ts";
import { timeRuns } from "../measure/timing.ts";
import { CannotRun, type Figure, type Part } from "../part.ts";
import { startMeasured } from "../service.ts";

/** How often the graph runs in one request, so that the request itself adds little. */
const REPEAT = 5;
const WARM_UP_REQUESTS = 5;
const WARM_UP_CAPTIONS = 15;

/** Measures the two runtimes that the bars are set against, and the Worker beside them. */
export const baselines: Part = {
  name: "baselines",
  title: "The bundle's backbone, MobileNetV2, in other runtimes, one thread, CPU",
  async run({ model, runs }) {
    const folder = await mkdtemp(join(tmpdir(), "edge-caption-bench-"));
    try {
      const graph = await backboneGraph(model);
      const file = join(folder, "backbone.onnx");
      await writeFile(file, graph.model);
      const { backbone, caption } = await measureWorkerd(model, graph, runs);
      const argument = { bundle: model, graph: file, inputs: graph.inputs, runs };
      const wasm = await measureBaseline("tfjs-wasm", argument);
      const native = await measureBaseline("onnxruntime-node", argument);
      return [
        row("MobileNetV2, workerd", backbone),
        row("MobileNetV2, tfjs-backend-wasm in Node, as layers", wasm),
        row("MobileNetV2, onnxruntime-node", native),
        row("warm caption, workerd", caption),
        ...ratio("MobileNetV2: workerd / tfjs-backend-wasm", backbone, wasm),
        ...ratio("warm caption in workerd / native MobileNetV2", caption, native),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measureWorkerd(model: string, graph: BackboneGraph, runs: number) {
  const image = await usualImage();
  await using service = await startMeasured(model);
  await service.loadGraph(graph.model);
  const backbone = await timeRuns(() => service.runGraph(graph.inputs, REPEAT), {
    runs: Math.max(3, Math.ceil(runs / REPEAT)),
    warmUp: WARM_UP_REQUESTS,
    repetitions: REPEAT,
    cpu: service.cpu,
  });
  const timing = { runs, warmUp: WARM_UP_CAPTIONS, cpu: service.cpu };
  return { backbone, caption: await timeRuns(() => service.caption(image), timing) };
}

/** Measures in a separate process; returns the reason if the runtime is not installed. */
async function measureBaseline(
  name: string,
  argument: BaselineArgument,
): Promise<Summary | CannotRun> {
  try {
    const file = join(import.meta.dirname, "../baselines", `${name}.ts`);
    return await measureApart<Summary>(file, argument);
  } catch (error) {
    if (error instanceof CannotRun) return error;
    throw error;
  }
}

function row(what: string, result: Summary | CannotRun): Figure {
  return result instanceof CannotRun
    ? { what, unit: "ms", value: Number.NaN, note: `not measured: ${result.message}` }
    : { what, unit: "ms", ...result };
}

function ratio(what: string, ours: Summary, theirs: Summary | CannotRun): Figure[] {
  if (theirs instanceof CannotRun) return [];
  return [{ what, unit: "ratio", value: ours.least / theirs.least, note: "of the minimums" }];
}
