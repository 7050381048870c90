import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import { firstIssue, UserError } from "../core/errors.ts";
import type { ExternalData } from "../core/runtime.ts";
import type { DataType } from "../onnx/index.ts";
import { GraphBuilder } from "./graph/builder.ts";
import type { Graph, Shape, Value } from "./graph/types.ts";
import { LAYER_HANDLERS } from "./layers/index.ts";
import { toChannelsFirst, toChannelsLast } from "./layers/layout.ts";
import { type ConvertOptions, type ConvertSettings, convertOptionsSchema } from "./options.ts";
import { passesFor } from "./passes/index.ts";
import { inputNames, outputNames } from "./topology.ts";
import { ModelWalker, type Problem, typeOf } from "./walk.ts";
import { writeModel } from "./write.ts";

/** An input or output of a converted graph. */
export interface Port {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

export interface Conversion {
  /** The `.onnx` file. */
  readonly model: Uint8Array<ArrayBuffer>;
  /** External data files, by the paths that the model refers to; empty for a small model. */
  readonly externalData: readonly ExternalData[];
  /** In the order of the LayersModel. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly settings: ConvertSettings;
}

/**
 * Converts a TensorFlow.js LayersModel to ONNX, layer by layer. Does not change the model.
 *
 * Inputs and outputs keep their order and the names of their layers.
 *
 * @throws {UserError} `layers_unsupported`, which lists every layer that cannot be converted with
 *   its class, the option at fault and the reason; `option_invalid` for an invalid option.
 */
export function convert(model: LayersModel, options: ConvertOptions = {}): Conversion {
  const settings = parseSettings(options);
  const graph = buildGraph(model, settings, options);
  for (const pass of passesFor(settings)) pass(graph);
  const name = options.name ?? model.name;
  return {
    ...writeModel(graph, { settings, name }),
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
    settings,
  };
}

/**
 * Builds the graph as the layer handlers write it, before any pass.
 *
 * @throws {UserError} `model_invalid` if the model has no layers
 */
export function buildGraph(
  model: LayersModel,
  settings: ConvertSettings,
  options: Pick<ConvertOptions, "layers" | "name"> = {},
): Graph {
  const graph: Graph = { name: options.name ?? model.name, inputs: [], outputs: [], nodes: [] };
  const onnx = new GraphBuilder(graph, settings.opset);
  const walker = new ModelWalker(onnx, { ...LAYER_HANDLERS, ...options.layers });
  if (model.outputs.length === 0) {
    throw new UserError("model_invalid", `The model "${model.name}" has no layers.`);
  }
  const unreadable = unreadableInputs(model);
  if (unreadable.length > 0) throw unsupported(unreadable);
  const names = inputNames(model);
  const inputs = model.inputs.map((symbol, index) => {
    const name = names[index] ?? symbol.name;
    return { value: declareInput(onnx, symbol, name, settings), mask: undefined };
  });
  checkInputTypes(graph, settings);
  const outputs = walker.model(model, inputs);
  if (walker.problems.length > 0) throw unsupported(walker.problems);
  const values = outputs.map(({ value }) => toOuterLayout(onnx, value, settings));
  graph.outputs = nameOutputs(onnx, values, outputNames(model));
  return graph;
}

function parseSettings(options: ConvertOptions): ConvertSettings {
  const parsed = convertOptionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const { place, message } = firstIssue(parsed.error);
  throw new UserError("option_invalid", `The option ${place} is invalid: ${message}.`);
}

/** Returns the inputs whose data types have no counterpart in the graph. */
function unreadableInputs(model: LayersModel): Problem[] {
  return model.inputs.flatMap(({ dtype, sourceLayer }) =>
    dtype === "string" || dtype === "complex64"
      ? [
          {
            layer: sourceLayer.name,
            className: "InputLayer",
            option: "dtype",
            reason: `${dtype} has no counterpart`,
          },
        ]
      : [],
  );
}

/**
 * Declares an input as the settings ask, and casts and transposes it to what the first layer takes.
 */
function declareInput(
  onnx: GraphBuilder,
  symbol: SymbolicTensor,
  name: string,
  settings: ConvertSettings,
): Value {
  const shape = symbol.shape.map((size, axis) => {
    if (size !== null) return size;
    if (axis > 0) return `${name}_${axis}`;
    return settings.batch === "dynamic" ? "batch" : settings.batch;
  });
  const own = typeOf(symbol);
  // ONNX Runtime for JavaScript handles booleans poorly; bytes hold the same values.
  const declared = settings.inputTypes[name] ?? (own === "bool" ? "uint8" : own);
  onnx.scope = name;
  const turned = settings.layout === "nchw" && shape.length === 4;
  const perm = toChannelsFirst(4);
  const outer = turned ? perm.map((axis) => shape[axis] ?? 1) : shape;
  const input = onnx.input(name, declared, outer);
  const seen = turned ? onnx.transpose(input, toChannelsLast(4)) : input;
  const value = onnx.cast(seen, own);
  onnx.scope = "";
  return value;
}

function toOuterLayout(onnx: GraphBuilder, value: Value, settings: ConvertSettings): Value {
  const isImage = settings.layout === "nchw" && value.shape.length === 4;
  return isImage ? onnx.transpose(value, toChannelsFirst(4)) : value;
}

/** Names each output after its layer, with a number where the name is taken. */
function nameOutputs(
  onnx: GraphBuilder,
  values: readonly Value[],
  names: readonly string[],
): Value[] {
  const taken = new Set(onnx.graph.inputs.map(({ name }) => name));
  return values.map((value, index) => {
    const wanted = names[index] ?? value.name;
    let name = wanted;
    for (let count = 1; taken.has(name); count += 1) name = `${wanted}_${count}`;
    taken.add(name);
    const output = onnx.op("Identity", [value]);
    output.name = name;
    return output;
  });
}

function checkInputTypes(graph: Graph, { inputTypes }: ConvertSettings): void {
  const names = graph.inputs.map(({ name }) => name);
  const unknown = Object.keys(inputTypes).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new UserError(
    "option_invalid",
    `inputTypes names "${unknown}", but the model has no input "${unknown}": its inputs are ${names.join(", ")}.`,
  );
}

function unsupported(problems: readonly Problem[]): UserError {
  const list = problems.map(
    ({ layer, className, option, reason }) => `"${layer}" (${className}): ${option} ${reason}`,
  );
  const count = problems.length === 1 ? "One layer" : `${problems.length} layers`;
  return new UserError("layers_unsupported", `${count} cannot be converted: ${list.join("; ")}.`);
}

function port({ name, type, shape }: Value): Port {
  return { name, type, shape };
}
