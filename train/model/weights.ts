import type * as tfTypes from "@tensorflow/tfjs";
import type { CaptionNetwork } from "./network.ts";

/** The variable that holds a layer's weight, and that training changes in place. */
interface LayerWeight {
  readonly originalName: string;
  read(): tfTypes.Tensor;
}

/**
 * Returns the variables of a model by name, `<layer>/<weight>`.
 *
 * The layers own them. Training changes them in place, so that the model predicts with and saves the
 * trained weights without a copy.
 */
export function modelVariables(model: tfTypes.LayersModel): Map<string, tfTypes.Variable> {
  const variables = new Map<string, tfTypes.Variable>();
  for (const layer of model.layers) {
    for (const weight of layer.weights as unknown as LayerWeight[]) {
      const kind = weight.originalName.split("/").at(-1) ?? "";
      variables.set(`${layer.name}/${kind}`, weight.read() as tfTypes.Variable);
    }
  }
  return variables;
}

/** Returns the variables of both models by name, `encoder/<layer>/<weight>` and `decoder/...`. */
export function networkVariables({
  encoder,
  decoder,
}: Pick<CaptionNetwork, "encoder" | "decoder">): Map<string, tfTypes.Variable> {
  return new Map([
    ...withPrefix("encoder", modelVariables(encoder)),
    ...withPrefix("decoder", modelVariables(decoder)),
  ]);
}

/** Puts `<prefix>/` in front of every name. */
export function withPrefix<T>(prefix: string, named: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...named].map(([name, value]) => [`${prefix}/${name}`, value]));
}

/**
 * Returns one variable of a model.
 *
 * @throws {Error} where the model has no weight of that name.
 */
export function variable(
  variables: ReadonlyMap<string, tfTypes.Variable>,
  name: string,
): tfTypes.Variable {
  const found = variables.get(name);
  if (found) return found;
  throw new Error(`the model has no weight ${name}`);
}
