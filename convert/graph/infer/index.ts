/**
 * Infers the types and shapes of the outputs of ONNX operations, for the operations that handlers
 * and passes use.
 *
 * @module
 */
import type { Attribute, Value } from "../types.ts";
import { type Inference, type Inferred, NodeView } from "./context.ts";
import { elementwise } from "./elementwise.ts";
import { recurrent } from "./recurrent.ts";
import { spatial } from "./spatial.ts";
import { structure } from "./structure.ts";

const INFERENCES: Record<string, Inference> = {
  ...elementwise,
  ...structure,
  ...spatial,
  ...recurrent,
};

/**
 * Infers the outputs of an operation.
 *
 * @throws {Error} for an operation that is not in the table: a custom layer has to state its own.
 */
export function infer(
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes: Readonly<Record<string, Attribute>>,
): Inferred[] {
  const inference = INFERENCES[op];
  if (inference === undefined) {
    throw new Error(`The shape of the ONNX operation ${op} is not known: pass it explicitly.`);
  }
  return inference(new NodeView(op, inputs, attributes));
}

export type { Inferred } from "./context.ts";
export { broadcast, freshDim, positiveAxis } from "./shapes.ts";
