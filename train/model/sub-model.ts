import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** A node of the layers' graph; tfjs keeps its type to itself. */
interface LayerNode {
  readonly inputTensors: tfTypes.SymbolicTensor[];
  readonly outputTensors: tfTypes.SymbolicTensor[];
}

/** What a layer gives where it was applied first: later applications belong to sub-models. */
export function firstOutput(layer: tfTypes.layers.Layer): tfTypes.SymbolicTensor {
  const output = layer.getOutputAt(0);
  if (!Array.isArray(output)) return output;
  throw new Error(`the layer ${layer.name} has several outputs`);
}

/**
 * The part of a model between the outputs of two layers, as a model that shares its layers.
 *
 * @param from - the layer whose output becomes the input.
 * @param to - the layer whose output becomes the output; the same layer gives the identity.
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
    const node = (layer as unknown as { inboundNodes: LayerNode[] }).inboundNodes[0];
    const output = node?.outputTensors[0];
    if (!node || !output || known.has(output.id) || node.inputTensors.length === 0) continue;
    const inputs = node.inputTensors.map((tensor) => known.get(tensor.id));
    if (!inputs.every((tensor) => tensor !== undefined)) continue;
    const single = inputs.length === 1 ? inputs[0] : undefined;
    known.set(output.id, layer.apply(single ?? inputs) as tfTypes.SymbolicTensor);
    if (layer.name === to) break;
  }
  const end = known.get(firstOutput(model.getLayer(to)).id);
  if (end === undefined) throw new Error(`the layer ${to} does not follow from ${from} alone`);
  return tf.model({ inputs: input, outputs: end });
}
