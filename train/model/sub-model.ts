import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** A use of a layer in a graph; TensorFlow.js does not export its type. */
interface LayerNode {
  readonly inputTensors: tfTypes.SymbolicTensor[];
}

/** Returns the output of a layer's first use: later uses belong to sub-models. */
export function firstOutput(layer: tfTypes.layers.Layer): tfTypes.SymbolicTensor {
  const output = layer.getOutputAt(0);
  if (!Array.isArray(output)) return output;
  throw new Error(`the layer ${layer.name} has several outputs`);
}

/** Returns the inputs of a layer's first use. */
export function firstInputs(layer: tfTypes.layers.Layer): readonly tfTypes.SymbolicTensor[] {
  const nodes = (layer as unknown as { inboundNodes: LayerNode[] }).inboundNodes;
  return nodes[0]?.inputTensors ?? [];
}

/**
 * Returns the part of a model between the outputs of two layers, as a model that shares its layers.
 *
 * @param from - the layer whose output becomes the input.
 * @param to - the layer whose output becomes the output; the same layer gives the identity.
 * @throws {Error} where the output of `to` needs more than that of `from`.
 */
export function subModel(
  tf: TensorFlow,
  model: tfTypes.LayersModel,
  from: string,
  to: string,
): tfTypes.LayersModel {
  const start = firstOutput(model.getLayer(from));
  const input = tf.input({ shape: start.shape.slice(1) });
  const known = new Map<number, tfTypes.SymbolicTensor>([[start.id, input]]);
  for (const layer of model.layers) {
    const needed = firstInputs(layer);
    if (needed.length === 0) continue;
    const output = firstOutput(layer);
    const inputs = needed.map((tensor) => known.get(tensor.id));
    if (known.has(output.id) || !inputs.every((tensor) => tensor !== undefined)) continue;
    const single = inputs.length === 1 ? inputs[0] : undefined;
    known.set(output.id, layer.apply(single ?? inputs) as tfTypes.SymbolicTensor);
    if (layer.name === to) break;
  }
  const end = known.get(firstOutput(model.getLayer(to)).id);
  if (end === undefined) throw new Error(`the layer ${to} does not follow from ${from} alone`);
  return tf.model({ inputs: input, outputs: end });
}

/** Returns whether the output of `to` can be computed from the output of a layer `from` alone. */
export function followsFrom(model: tfTypes.LayersModel, from: string, to: string): boolean {
  const start = model.layers.find(({ name }) => name === from);
  if (!start) return false;
  const known = new Set([firstOutput(start).id]);
  for (const layer of model.layers) {
    const inputs = firstInputs(layer);
    if (inputs.length > 0 && inputs.every(({ id }) => known.has(id))) {
      known.add(firstOutput(layer).id);
    }
  }
  return known.has(firstOutput(model.getLayer(to)).id);
}
