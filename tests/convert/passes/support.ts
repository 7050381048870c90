import type { LayersModel } from "@tensorflow/tfjs";
import { buildGraph } from "../../../convert/convert.ts";
import { readsOf, subgraphs } from "../../../convert/graph/edit.ts";
import { type Constant, type Graph, isConstant } from "../../../convert/graph/types.ts";
import { type ConvertOptions, convertOptionsSchema } from "../../../convert/options.ts";
import type { Pass } from "../../../convert/passes/index.ts";
import { prove } from "../../../convert/proof/index.ts";
import { writeModel } from "../../../convert/write.ts";
import { onnxRuntime } from "../../../node/onnx-runtime.ts";
import { tf } from "../../support/tensorflow.ts";

/** A model's graph as the handlers write it, after these passes and no others. */
export function graphAfter(
  model: LayersModel,
  passes: readonly Pass[],
  options: ConvertOptions = {},
): Graph {
  const graph = buildGraph(model, convertOptionsSchema.parse(options), options);
  for (const pass of passes) pass(graph);
  return graph;
}

/** The largest error of any output of that graph, against TensorFlow.js. */
export async function errorAfter(
  model: LayersModel,
  passes: readonly Pass[],
  options: ConvertOptions = {},
): Promise<number> {
  const settings = convertOptionsSchema.parse(options);
  const graph = graphAfter(model, passes, options);
  const { inputs, outputs } = graph;
  const files = writeModel(graph, { settings, name: "graph" });
  const conversion = { ...files, inputs, outputs, settings };
  const errors = await prove({ tf, runtime: onnxRuntime }, model, conversion);
  return Math.max(...errors.map(({ error }) => error));
}

/** How often each operation occurs, in bodies of `Scan` too. */
export function counts(graph: Graph): Record<string, number> {
  const found: Record<string, number> = {};
  const visit = ({ nodes }: Graph): void => {
    for (const node of nodes) {
      found[node.op] = (found[node.op] ?? 0) + 1;
      for (const body of subgraphs(node)) visit(body);
    }
  };
  visit(graph);
  return found;
}

/** The names of all operations, in their order. */
export function order({ nodes }: Graph): string[] {
  return nodes.map(({ op }) => op);
}

/** Every constant that the graph reads, by its name. */
export function constants({ nodes }: Graph): Map<string, Constant> {
  const read = nodes.flatMap(readsOf).filter(isConstant);
  return new Map(read.map((constant) => [constant.name, constant]));
}
