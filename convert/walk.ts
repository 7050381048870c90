import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { DataType } from "../onnx/index.ts";
import type { GraphBuilder } from "./graph/builder.ts";
import type { Constant, Shape, Value } from "./graph/types.ts";
import {
  type Layer,
  type LayerContext,
  type LayerHandler,
  type LayerResult,
  Refusal,
} from "./layers/handler.ts";
import { flowOf, isModel, type LayerUse, layerUses } from "./topology.ts";

/** A reason why a layer cannot be converted. */
export interface Problem {
  readonly layer: string;
  readonly className: string;
  readonly option: string;
  readonly reason: string;
}

/** A tensor and its mask. */
interface Flow {
  readonly value: Value;
  readonly mask: Value | undefined;
}

/**
 * Converts the layers of a LayersModel, each once for every use. Descends into nested models;
 * shared layers share their weights.
 *
 * Collects layers that cannot be converted in `problems` and continues with placeholders for their
 * outputs, so that all of them are reported at once.
 */
export class ModelWalker {
  readonly problems: Problem[] = [];
  readonly #onnx: GraphBuilder;
  readonly #handlers: Readonly<Record<string, LayerHandler>>;
  readonly #weights = new Map<number, Constant>();

  constructor(onnx: GraphBuilder, handlers: Readonly<Record<string, LayerHandler>>) {
    this.#onnx = onnx;
    this.#handlers = handlers;
  }

  /**
   * Converts the layers of a model.
   *
   * @param inputs - one for each of the model's inputs.
   */
  model(model: LayersModel, inputs: readonly Flow[]): Flow[] {
    const known = new Map<number, Flow>();
    for (const [index, symbol] of model.inputs.entries()) {
      const flow = inputs[index];
      if (flow !== undefined) known.set(symbol.id, flow);
    }
    for (const use of layerUses(model)) this.#use(use, known);
    return model.outputs.map((symbol) => flowOf(symbol, known));
  }

  /** Converts one use of a layer whose inputs are known. */
  #use({ layer, inputs, outputs: symbols }: LayerUse, known: Map<number, Flow>): void {
    const flows = inputs.map((input) => flowOf(input, known));
    const { outputs, masks } = this.#attempt(layer, flows, symbols);
    for (const [index, symbol] of symbols.entries()) {
      const value = outputs[index];
      if (value === undefined) throw new Error(`${layer.name} lacks its output ${index}`);
      known.set(symbol.id, { value, mask: masks[index] });
    }
  }

  #attempt(
    layer: Layer,
    inputs: readonly Flow[],
    symbols: readonly SymbolicTensor[],
  ): Required<LayerResult> {
    try {
      return this.#apply(layer, inputs, symbols);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const className = layer.getClassName();
      this.problems.push({
        layer: layer.name,
        className,
        option: error.option,
        reason: error.message,
      });
      return { outputs: symbols.map(placeholder), masks: symbols.map(() => undefined) };
    }
  }

  #apply(
    layer: Layer,
    inputs: readonly Flow[],
    symbols: readonly SymbolicTensor[],
  ): Required<LayerResult> {
    return this.#onnx.inside(layer.name, () =>
      isModel(layer) ? unzip(this.model(layer, inputs)) : this.#convert(layer, inputs, symbols),
    );
  }

  #convert(
    layer: Layer,
    inputs: readonly Flow[],
    symbols: readonly SymbolicTensor[],
  ): Required<LayerResult> {
    const className = layer.getClassName();
    const handler = this.#handlers[className];
    if (handler === undefined) throw new Refusal("class", "has no handler");
    const result = normalize(handler(this.#context(layer, inputs, symbols)));
    const passed = layer.supportsMasking ? inputs[0]?.mask : undefined;
    return { outputs: result.outputs, masks: result.masks ?? result.outputs.map(() => passed) };
  }

  #context(
    layer: Layer,
    inputs: readonly Flow[],
    symbolicOutputs: readonly SymbolicTensor[],
  ): LayerContext {
    const values = inputs.map(({ value }) => value);
    const [x] = values;
    if (x === undefined) throw new Refusal("inputs", "has none");
    return {
      layer,
      onnx: this.#onnx,
      x,
      inputs: values,
      masks: inputs.map(({ mask }) => mask),
      symbolicOutputs,
      weight: (name, of = layer) => this.#weight(name, of),
      apply: (inner, innerInputs, masks = []) =>
        this.#apply(
          inner,
          innerInputs.map((value, index) => ({ value, mask: masks[index] })),
          symbolicOutputs,
        ),
      refuse: (option, reason) => {
        throw new Refusal(option, reason);
      },
    };
  }

  /** Reads a variable once, however often its layer is used. */
  #weight(name: string, layer: Layer): Constant {
    const variable = layer.weights.find(({ originalName }) => lastPart(originalName) === name);
    if (variable === undefined) throw new Refusal("weights", `lacks its weight "${name}"`);
    const found = this.#weights.get(variable.id);
    if (found !== undefined) return found;
    const tensor = variable.read();
    const data = Float32Array.from(tensor.dataSync());
    const constant: Constant = {
      name: `${this.#onnx.scope}/${name}`,
      type: "float32",
      shape: tensor.shape,
      data,
    };
    this.#weights.set(variable.id, constant);
    return constant;
  }
}

function normalize(result: ReturnType<LayerHandler>): LayerResult {
  if ("outputs" in result) return result;
  return { outputs: Array.isArray(result) ? result : [result as Value] };
}

function unzip(flows: readonly Flow[]): Required<LayerResult> {
  return { outputs: flows.map(({ value }) => value), masks: flows.map(({ mask }) => mask) };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function placeholder(symbol: SymbolicTensor): Value {
  return { name: symbol.name, type: typeOf(symbol), shape: shapeOf(symbol) };
}

/** Returns the ONNX type of a symbolic tensor. */
export function typeOf(symbol: SymbolicTensor): DataType {
  switch (symbol.dtype) {
    case "int32":
    case "bool":
      return symbol.dtype;
    case "string":
    case "complex64":
      throw new Refusal("dtype", `${symbol.dtype} has no counterpart`);
    default:
      return "float32";
  }
}

function shapeOf(symbol: SymbolicTensor): Shape {
  return symbol.shape.map((size, axis) => size ?? `${symbol.name}_${axis}`);
}
