import type { LayersModel } from "@tensorflow/tfjs";
import type { Layer } from "../layers/handler.ts";
import { isModel } from "../topology.ts";

export type Variable = Layer["weights"][number];

/** A variable of a model, and where it is in the model. */
export interface WeightPlace {
  readonly variable: Variable;
  readonly layer: Layer;
  /** Names of the models around the layer, the outermost first. */
  readonly models: readonly string[];
  /** Names inside the layer: of a wrapper's direction, or of a cell. */
  readonly inner: readonly string[];
  /** The weight's own name, such as `recurrent_kernel`. */
  readonly weight: string;
  /** Its index among the layer's weights. */
  readonly index: number;
}

/** Lists the variables of a model, layer by layer, those of nested models in their places. */
export function weightPlaces(
  model: LayersModel,
  models: readonly string[] = [model.name],
): WeightPlace[] {
  return model.layers.flatMap((layer): WeightPlace[] =>
    isModel(layer)
      ? weightPlaces(layer, [...models, layer.name])
      : layer.weights.map((variable, index) => placeOf(variable, layer, models, index)),
  );
}

function placeOf(
  variable: Variable,
  layer: Layer,
  models: readonly string[],
  index: number,
): WeightPlace {
  const parts = variable.originalName.split("/");
  const weight = parts.pop() ?? "";
  const cells = cellNames(layer);
  const inner = parts
    .filter((part) => part !== layer.name)
    // tfjs numbers stacked cells, Keras names them.
    .map((part) => cells[Number(/^RNNCell_(?<number>\d+)$/.exec(part)?.groups?.number)] ?? part);
  return { variable, layer, models, inner, weight, index };
}

function cellNames(layer: Layer): string[] {
  const cell: unknown = Reflect.get(layer, "cell");
  const cells = (cell as { cells?: Layer[] } | undefined)?.cells ?? [];
  return cells.map(({ name }) => name);
}

/** Returns a place as a path, `model/nested/layer/kernel`. */
export function pathOf({ models, layer, inner, weight }: WeightPlace): string {
  return [...models, layer.name, ...inner, weight].join("/");
}

/** Returns the names of all layers and models of a model. */
export function namesOf(model: LayersModel): Set<string> {
  const inner = model.layers.flatMap((layer) => [
    layer.name,
    ...(isModel(layer) ? namesOf(layer) : []),
  ]);
  return new Set([model.name, ...inner]);
}

/** Other names of weights in files. */
const ALIASES: Readonly<Record<string, string>> = { depthwise_kernel: "kernel" };

/** The distance for the name of another layer in a path, larger than for any missing name. */
const CONFLICT = 10;

/**
 * Returns how far a name in a file is from a place in the model: 0 for the place's own path,
 * undefined if it cannot be meant.
 *
 * TensorFlow.js writes `layer/weight`. Keras writes `model/layer/cell/weight`, without functional
 * models in Keras 3 and nested ones in Keras 2. Some versions write an index instead of the
 * weight's own name.
 *
 * @param name - as the file has it.
 * @param known - names of all layers and models.
 */
export function distance(
  name: string,
  place: WeightPlace,
  known: ReadonlySet<string>,
): number | undefined {
  const parts = name.split("/");
  if (!isSameWeight(parts.pop() ?? "", place)) return undefined;
  const distances = parts.flatMap((part, at) =>
    part === place.layer.name
      ? [
          distanceBefore(parts.slice(0, at), place, known) +
            distanceBehind(parts.slice(at + 1), place, known),
        ]
      : [],
  );
  if (distances.length > 0) return Math.min(...distances);
  // TensorFlow.js omits a TimeDistributed layer around a model.
  return name === place.variable.originalName ? place.models.length - 1 : undefined;
}

/** Counts missing and unknown names before the layer. The outermost model may be missing. */
function distanceBefore(
  parts: readonly string[],
  { models }: WeightPlace,
  known: ReadonlySet<string>,
): number {
  let next = 0;
  let missing = 0;
  let unknown = 0;
  for (const part of parts) {
    const at = models.indexOf(part, next);
    if (at < 0) {
      unknown += known.has(part) ? CONFLICT : 1;
      continue;
    }
    missing += models.slice(Math.max(next, 1), at).length;
    next = at + 1;
  }
  missing += models.slice(Math.max(next, 1)).length;
  // A path that starts with the outermost model should be complete.
  return unknown + (parts[0] === models[0] ? 2 * missing : missing);
}

function distanceBehind(
  parts: readonly string[],
  { inner, layer }: WeightPlace,
  known: ReadonlySet<string>,
): number {
  const missing = inner.filter((part) => !parts.includes(part)).length;
  const own = new Set([...inner, ...innerNames(layer)]);
  const foreign = parts.filter((part) => known.has(part) && !own.has(part)).length;
  return missing + CONFLICT * foreign;
}

/** Returns the names of a wrapper's layer and of an RNN's cell. */
function innerNames(layer: Layer): string[] {
  return ["layer", "cell"].flatMap((key) => {
    const inner: unknown = Reflect.get(layer, key);
    return typeof inner === "object" && inner !== null && "name" in inner
      ? [String(inner.name)]
      : [];
  });
}

function isSameWeight(name: string, { weight, index }: WeightPlace): boolean {
  if (/^\d+$/.test(name)) return Number(name) === index;
  return name.replace(/:0$/, "") === weight || name === ALIASES[weight];
}
