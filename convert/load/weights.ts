import type { LayersModel, NamedTensorMap, Tensor } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { Layer } from "../layers/handler.ts";
import { isModel } from "../topology.ts";

type Variable = Layer["weights"][number];

/** A layer that has weights of its own, and the names of the models it is in. */
interface Owner {
  readonly layer: Layer;
  readonly path: readonly string[];
}

/** Names that a weight has gone by. */
const aliases: Record<string, string> = { depthwise_kernel: "kernel" };

/**
 * Sets a model's weights from a file's.
 *
 * tfjs names a weight `layer/weight`. Keras adds what is around and between (`model/layer/cell/...`),
 * and some versions write an index for the weight's own name. A weight belongs to the layer whose
 * name is in its path; within a layer, name and shape decide, and then the likest path.
 *
 * @throws UserError `weights_invalid` that names a weight that is not there, or does not fit.
 */
export function assignWeights(model: LayersModel, weights: NamedTensorMap, source: string): void {
  const free = new Map(Object.entries(weights));
  for (const owner of owners(model, [])) {
    for (const [index, variable] of owner.layer.weights.entries()) {
      const name = bestName(owner, variable, index, free);
      const value = name === undefined ? undefined : free.get(name);
      if (name === undefined || value === undefined) {
        throw new UserError(
          "weights_invalid",
          `${source} has no weight of shape [${variable.shape}] for "${variable.originalName}" (${owner.layer.getClassName()}).`,
        );
      }
      variable.write(value);
      free.delete(name);
    }
  }
  const left = [...free.keys()].filter((name) => !name.includes("seed_generator"));
  if (left.length > 0) {
    throw new UserError(
      "weights_invalid",
      `${source} has weights that no layer has a place for: ${left.join(", ")}.`,
    );
  }
}

function owners(model: LayersModel, path: readonly string[]): Owner[] {
  const found = model.layers.flatMap((layer): Owner[] =>
    isModel(layer) ? owners(layer, [...path, layer.name]) : [{ layer, path }],
  );
  return found.filter(({ layer }) => layer.weights.length > 0);
}

function bestName(
  { layer, path }: Owner,
  variable: Variable,
  index: number,
  free: ReadonlyMap<string, Tensor>,
): string | undefined {
  const shape = String(variable.shape);
  if (String(free.get(variable.originalName)?.shape) === shape) return variable.originalName;
  const wanted = [...path, ...variable.originalName.split("/").slice(0, -1)];
  const candidates = [...free].flatMap(([name, tensor]) => {
    const parts = name.split("/");
    const fits = parts.slice(0, -1).includes(layer.name) && String(tensor.shape) === shape;
    if (!fits || !isSameWeight(parts.at(-1) ?? "", variable, index)) return [];
    return [{ name, likeness: wanted.filter((part) => parts.includes(part)).length }];
  });
  const best = Math.max(...candidates.map(({ likeness }) => likeness));
  return candidates.find(({ likeness }) => likeness === best)?.name;
}

function isSameWeight(name: string, { originalName }: Variable, index: number): boolean {
  const own = originalName.slice(originalName.lastIndexOf("/") + 1);
  if (/^\d+$/.test(name)) return Number(name) === index;
  return name.replace(/:0$/, "") === own || name === aliases[own];
}
