import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { Layer } from "./layers/handler.ts";

/** One use of a layer in a model. */
export interface LayerUse {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
}

/**
 * Returns the uses of layers that a model's outputs depend on, in topological order. A shared layer
 * occurs once for every use; a nested model is one layer.
 *
 * Iterative, because a model may be deeper than the call stack.
 */
export function layerUses(model: LayersModel): LayerUse[] {
  const inputs = new Set(model.inputs.map(({ id }) => id));
  const order: LayerUse[] = [];
  const done = new Set<number>();
  const stack = model.outputs.toReversed().map((symbol) => ({ symbol, expanded: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { symbol, expanded } = top;
    const use = useOf(symbol);
    const key = use.outputs[0]?.id ?? symbol.id;
    if (inputs.has(symbol.id) || done.has(key)) continue;
    if (expanded) {
      done.add(key);
      order.push(use);
      continue;
    }
    stack.push({ symbol, expanded: true });
    for (const input of use.inputs.toReversed()) stack.push({ symbol: input, expanded: false });
  }
  return order;
}

function useOf(symbol: SymbolicTensor): LayerUse {
  const { sourceLayer: layer } = symbol;
  const node = layer.inboundNodes[symbol.nodeIndex];
  return { layer, inputs: symbol.inputs, outputs: node?.outputTensors ?? [symbol] };
}

/**
 * Returns what a layer before has given for a tensor.
 *
 * @throws {Error} when none has.
 */
export function flowOf<Flow>(symbol: SymbolicTensor, known: ReadonlyMap<number, Flow>): Flow {
  const flow = known.get(symbol.id);
  if (flow === undefined) throw new Error(`Nothing gives the tensor ${symbol.name}`);
  return flow;
}

/** Returns the names of a model's inputs: those of their layers. */
export function inputNames(model: LayersModel): string[] {
  return model.inputs.map(({ sourceLayer }) => sourceLayer.name);
}

/**
 * Returns the names of a model's outputs: those of their layers, the same for several outputs of
 * one layer.
 */
export function outputNames(model: LayersModel): string[] {
  return model.outputs.map(({ sourceLayer }) => sourceLayer.name);
}

/** Returns whether a layer is itself a model. */
export function isModel(layer: Layer): layer is LayersModel {
  return "layers" in layer && "inputLayers" in layer;
}
