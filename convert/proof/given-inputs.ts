import type { LayersModel, SymbolicTensor, Tensor } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { inputNames } from "../topology.ts";

/** Numbers in nested arrays, as JSON has them. */
export type Nested = number | readonly Nested[];

/**
 * Makes tensors of the user's inputs.
 *
 * @param inputs - by the names of the model's inputs, all of them, with the batch.
 * @returns the tensors in the model's order, `[N, ...]` each.
 * @throws {UserError} `option_invalid` for an input that is missing, unknown or of another shape.
 */
export function givenInputs(
  tf: TensorFlow,
  model: LayersModel,
  inputs: Readonly<Record<string, Nested>>,
): Tensor[] {
  const names = inputNames(model);
  refuseUnknown(Object.keys(inputs), names, "The proof's input");
  return model.inputs.map((symbol, index) => {
    const name = names[index] ?? symbol.name;
    const values = inputs[name];
    if (values === undefined) {
      throw new UserError("option_invalid", `The proof's input has no values for "${name}".`);
    }
    const tensor = toTensor(tf, name, values, symbol);
    requireShape(name, tensor.shape, symbol);
    return tensor;
  });
}

function toTensor(tf: TensorFlow, name: string, values: Nested, { dtype }: SymbolicTensor): Tensor {
  const shape = evenShape(values);
  if (shape !== undefined) {
    const numbers = ([values] as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
    return tf.tensor(numbers, shape, dtype ?? "float32");
  }
  throw new UserError(
    "option_invalid",
    `The proof's input "${name}" is not an array of numbers, nested evenly.`,
  );
}

/** Returns the shape of nested arrays; undefined if they are uneven. */
function evenShape(values: unknown): number[] | undefined {
  if (typeof values === "number") return [];
  if (!Array.isArray(values)) return undefined;
  const shapes = values.map(evenShape);
  const [first] = shapes;
  return first !== undefined && shapes.every((shape) => String(shape) === String(first))
    ? [values.length, ...first]
    : undefined;
}

/**
 * Requires that a shape fits an input of the model.
 *
 * @throws {UserError} `option_invalid` if it does not.
 */
export function requireShape(
  name: string,
  shape: readonly number[],
  { shape: wanted }: SymbolicTensor,
): void {
  const fits =
    shape.length === wanted.length &&
    wanted.every((size, axis) => size === null || size === shape[axis]);
  if (fits) return;
  const text = wanted.map((size) => size ?? "any").join(", ");
  throw new UserError(
    "option_invalid",
    `The shape [${shape.join(", ")}] does not fit the input "${name}", which takes [${text}].`,
  );
}

/**
 * Requires that all names are names of inputs.
 *
 * @throws {UserError} `option_invalid` if one is not.
 */
export function refuseUnknown(
  given: readonly string[],
  names: readonly string[],
  what: string,
): void {
  const unknown = given.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new UserError(
    "option_invalid",
    `${what} names "${unknown}", which the model does not have: its inputs are ${names.join(", ")}.`,
  );
}
