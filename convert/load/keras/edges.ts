import { isRecord, type Json, recordAt } from "../json.ts";

/** An output of a layer: the layer, its use, the output; in nodes also the arguments. */
export type Reference = [layer: string, node: number, tensor: number, kwargs?: Json];

/**
 * Returns the edges into a layer in the form of Keras 2, a list of references for each use.
 *
 * Keras 3 writes `{args, kwargs}` with tensors anywhere inside. Initial states of an RNN follow its
 * input; masks are left out, because they are computed with the tensors.
 */
export function inboundNodes(layer: Json): Reference[][] {
  const nodes = layer.inbound_nodes;
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node): Reference[] => {
    if (isRecord(node)) {
      const states = recordAt(node, "kwargs").initial_state;
      return [...tensors(node.args), ...tensors(states)].map((tensor) => [...tensor, {}]);
    }
    const references = isReference(node) ? [node] : (node as Reference[]);
    return references.flatMap(([name, index, tensor, kwargs]) => [
      [name, index, tensor, {}],
      ...initialStates(kwargs).map((state): Reference => [...state, {}]),
    ]);
  });
}

/** Returns an RNN's initial states, which Keras 2 writes among the arguments of its input. */
function initialStates(kwargs: unknown): [string, number, number][] {
  const states = isRecord(kwargs) ? kwargs.initial_state : undefined;
  if (!Array.isArray(states)) return [];
  const list = isReference(states) ? [states] : states;
  return list.filter(isReference).map(([name, node, tensor]) => [name, node, tensor]);
}

/** Returns every tensor in a value, in order. */
function tensors(value: unknown): [string, number, number][] {
  if (Array.isArray(value)) return value.flatMap(tensors);
  if (!isRecord(value)) return [];
  if (value.class_name === "__keras_tensor__") {
    const history = recordAt(value, "config").keras_history;
    return isReference(history) ? [[history[0], history[1], history[2]]] : [];
  }
  return Object.values(value).flatMap(tensors);
}

/**
 * Returns a model's inputs or outputs as a list: Keras 3 writes a single one without a list, and
 * named ones as an object.
 */
export function modelEnds(value: unknown): Reference[] {
  if (isReference(value)) return [value];
  if (isRecord(value)) return Object.values(value).flatMap(modelEnds);
  return Array.isArray(value) ? value.flatMap(modelEnds) : [];
}

const MODEL_CLASSES = ["Functional", "Model", "Sequential"];

/**
 * Returns a function that counts the uses of inner models as tfjs and Keras 2 do, where the model
 * itself is the first use.
 *
 * @param layers - all layers of the model that the references are in.
 */
export function nodeCounter(layers: readonly Json[]): (reference: Reference) => Reference {
  const isKeras3 = layers.some(({ module }) => module !== undefined);
  const inner = layers.filter((layer) => MODEL_CLASSES.includes(String(layer.class_name)));
  const names = new Set(isKeras3 ? inner.map(nameOf) : []);
  return ([name, node, ...rest]) => [name, names.has(name) ? node + 1 : node, ...rest];
}

/** Returns the layers that the outputs depend on, and all inputs. */
export function reachable(layers: readonly Json[], outputs: readonly Reference[]): Json[] {
  const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
  const found = new Set<string>();
  const pending = outputs.map(([name]) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const nodes = (byName.get(name)?.inbound_nodes ?? []) as Reference[][];
    pending.push(...nodes.flat().map(([source]) => source));
  }
  const isInput = (layer: Json) => layer.class_name === "InputLayer";
  return layers.filter((layer) => found.has(nameOf(layer)) || isInput(layer));
}

function nameOf(layer: Json): string {
  return String(layer.name ?? recordAt(layer, "config").name);
}

/** Returns whether a value is a reference to a tensor: the layer, its node, the index of the output. */
export function isReference(value: unknown): value is Reference {
  return (
    Array.isArray(value) &&
    typeof value[0] === "string" &&
    typeof value[1] === "number" &&
    typeof value[2] === "number"
  );
}
