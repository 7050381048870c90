import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTensorFlow } from "../../node/tensorflow.ts";
import type { ElsewhereArgument } from "../elsewhere/argument.ts";
import { type BenchGraph, backboneGraph } from "../graphs/backbone.ts";
import { measureApart } from "../measure/child.ts";
import { type Summary, summarize } from "../measure/statistics.ts";
import { CannotRun, type Figure, type Part } from "../part.ts";
import { resizedExample, usualSize } from "../pictures.ts";
import { startMeasured } from "../service.ts";

const repeat = 5;
const warmUp = 5;

/**
 * Node lets the processor catch accesses outside of WebAssembly's memory; workerd checks each one.
 * With this flag Node does so, too: what is left is the runtimes' own difference.
 */
const checked = ["--disable-wasm-trap-handler"];

/** The same network and picture where a user would run them instead. */
export const elsewhere: Part = {
  name: "elsewhere",
  title: "MobileNetV2 (the bundle's backbone) and a whole caption, here and elsewhere, CPU",
  async run({ options }) {
    const folder = await mkdtemp(join(tmpdir(), "edge-caption-bench-"));
    try {
      const { tf } = await loadTensorFlow();
      const graph = await backboneGraph(tf, options.model);
      const argument: ElsewhereArgument = {
        bundle: options.model,
        graph: join(folder, "backbone.onnx"),
        inputs: graph.inputs,
        picture: join(folder, "picture.jpg"),
        runs: options.runs,
      };
      const picture = await resizedExample(usualSize.width, usualSize.height);
      await writeFile(argument.graph, graph.model);
      await writeFile(argument.picture, picture);
      return await compare(argument, graph, picture);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function compare(
  argument: ElsewhereArgument,
  graph: BenchGraph,
  picture: Uint8Array<ArrayBuffer>,
): Promise<Figure[]> {
  const here = await measureWorkerd(argument, graph, picture);
  const web = await apart<{ backbone: Summary; caption: Summary }>("onnxruntime-web", argument);
  const native = await apart<{ backbone: Summary }>("onnxruntime-node", argument);
  const tfWasm = await apart<{ backbone: Summary; layers: Summary }>("tfjs-wasm", argument);
  const webChecked = await apart<{ backbone: Summary }>("onnxruntime-web", argument, checked);
  const tfChecked = await apart<{ layers: Summary; backbone: Summary }>(
    "tfjs-wasm",
    argument,
    checked,
  );
  const tfNode = await apart<{ backbone: Summary }>("tfjs-node", argument);
  return [
    time("MobileNetV2, workerd", here.backbone),
    time("MobileNetV2, onnxruntime-web in Node", web, backboneOf),
    time("MobileNetV2, onnxruntime-node, one thread", native, backboneOf),
    time("MobileNetV2, tfjs-backend-wasm, fused", tfWasm, backboneOf),
    time("MobileNetV2, tfjs-backend-wasm, as layers", tfWasm, layersOf),
    time("the same with memory checked as in workerd: onnxruntime-web", webChecked, backboneOf),
    time("... tfjs-backend-wasm, fused", tfChecked, backboneOf),
    time("... tfjs-backend-wasm, as layers", tfChecked, layersOf),
    time("MobileNetV2, tfjs-node, all threads", tfNode, backboneOf),
    time("warm caption, workerd", here.caption),
    time("warm caption, onnxruntime-web in Node", web, ({ caption }) => caption),
    ...ratio(
      "MobileNetV2: workerd / tfjs-backend-wasm, as layers",
      here.backbone,
      tfWasm,
      layersOf,
    ),
    ...ratio("MobileNetV2: workerd / tfjs-backend-wasm, fused", here.backbone, tfWasm, backboneOf),
    ...ratio(
      "MobileNetV2: workerd / tfjs-backend-wasm, fused, memory checked",
      here.backbone,
      tfChecked,
      backboneOf,
    ),
    ...ratio("warm caption in workerd / native MobileNetV2", here.caption, native, backboneOf),
  ];
}

type Apart<Result> = Result | CannotRun;

const backboneOf = ({ backbone }: { readonly backbone: Summary }) => backbone;
const layersOf = ({ layers }: { readonly layers: Summary }) => layers;

async function apart<Result>(
  name: string,
  argument: ElsewhereArgument,
  flags: readonly string[] = [],
): Promise<Apart<Result>> {
  const file = join(import.meta.dirname, "../elsewhere", `${name}.ts`);
  try {
    return await measureApart<Result>(file, argument, flags);
  } catch (error) {
    if (error instanceof CannotRun) return error;
    throw error;
  }
}

function time(what: string, summary: Summary): Figure;
function time<R>(what: string, result: Apart<R>, pick: (result: R) => Summary): Figure;
function time(what: string, result: unknown, pick?: (result: never) => Summary): Figure {
  if (result instanceof CannotRun) {
    return { what, unit: "ms", value: Number.NaN, note: `absent: ${result.message}` };
  }
  const summary = pick ? pick(result as never) : (result as Summary);
  return { what, unit: "ms", ...summary };
}

function ratio<R>(
  what: string,
  ours: Summary,
  theirs: Apart<R>,
  pick: (result: R) => Summary,
): Figure[] {
  if (theirs instanceof CannotRun) return [];
  const value = ours.least / pick(theirs).least;
  return [{ what, unit: "ratio", value, note: "of the least" }];
}

async function measureWorkerd(
  { bundle, runs }: ElsewhereArgument,
  { model, inputs }: BenchGraph,
  picture: Uint8Array<ArrayBuffer>,
): Promise<{ backbone: Summary; caption: Summary }> {
  const service = await startMeasured(bundle);
  try {
    await service.loadGraph(model);
    const requests = Math.max(3, Math.ceil(runs / repeat));
    const backbone: number[] = [];
    for (let count = 0; count < warmUp + requests; count++) {
      const before = service.cpu();
      await service.runGraph(inputs, repeat);
      if (count >= warmUp) backbone.push((service.cpu() - before) / repeat);
    }
    const caption: number[] = [];
    for (let count = 0; count < 3 * warmUp + runs; count++) {
      const before = service.cpu();
      await service.caption(picture);
      if (count >= 3 * warmUp) caption.push(service.cpu() - before);
    }
    return { backbone: summarize(backbone), caption: summarize(caption) };
  } finally {
    await service.stop();
  }
}
