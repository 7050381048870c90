import type * as tfTypes from "@tensorflow/tfjs";

/** The variable behind a layer's weight, which training changes in place. */
interface LayerWeight {
  readonly originalName: string;
  read(): tfTypes.Tensor;
}

/**
 * The trained variables of a model by name, `<layer>/<weight>`.
 *
 * The layers stay the owners: training changes the variables in place, so that the model saves and
 * answers with the trained weights without anything being copied.
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

/** Looks a variable up that the model was built to have. */
export function variable(
  variables: ReadonlyMap<string, tfTypes.Variable>,
  name: string,
): tfTypes.Variable {
  const found = variables.get(name);
  if (found) return found;
  throw new Error(`the model has no weight ${name}`);
}
