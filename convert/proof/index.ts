/**
 * The proof of a conversion: the model in TensorFlow.js and the graph in ONNX Runtime, on the same
 * inputs.
 *
 * @module
 */
import type { LayersModel } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { Runtime } from "../../core/runtime.ts";
import type { Conversion } from "../convert.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { proofCases } from "./cases.ts";
import { difference, expectedOutputs, runGraph } from "./compare.ts";

export interface OutputError {
  readonly name: string;
  /** `max |a - b| / max(1, max |b|)` over all runs, `b` the numbers that are held to be right. */
  readonly error: number;
}

/** Where a proof is done. */
export interface ProofTools {
  readonly tf: TensorFlow;
  readonly runtime: Runtime;
}

/**
 * Runs a model and its graph on a fixed and on a random input, at several batch sizes and lengths.
 *
 * @returns The error of each output, `b` being what TensorFlow.js gives.
 */
export async function prove(
  { tf, runtime }: ProofTools,
  model: LayersModel,
  conversion: Conversion,
): Promise<OutputError[]> {
  const session = await runtime.createSession(conversion.model, conversion.externalData);
  const errors = new Errors(conversion);
  for (const { inputs, outputs } of proofCases(tf, model, conversion.settings)) {
    const actual = await runGraph(tf, session, conversion, inputs);
    const expected = expectedOutputs(tf, conversion, outputs);
    errors.add(actual.map((value, index) => difference(value, expected[index] ?? value)));
    tf.dispose([inputs, outputs] as never);
  }
  return errors.list();
}

/**
 * Runs two graphs of one model on the same inputs: one with smaller weights against the exact one.
 *
 * @returns The error of each output, `b` being what the exact graph gives.
 */
export async function compareGraphs(
  { tf, runtime }: ProofTools,
  model: LayersModel,
  conversion: Conversion,
  exact: Conversion,
): Promise<OutputError[]> {
  const session = await runtime.createSession(conversion.model, conversion.externalData);
  const reference = await runtime.createSession(exact.model, exact.externalData);
  const errors = new Errors(conversion);
  for (const { inputs, outputs } of proofCases(tf, model, conversion.settings)) {
    const actual = await runGraph(tf, session, conversion, inputs);
    const expected = await runGraph(tf, reference, exact, inputs);
    errors.add(actual.map((value, index) => difference(value, expected[index] ?? value)));
    tf.dispose([inputs, outputs] as never);
  }
  return errors.list();
}

/** The outputs that differ by more than the tolerance; an error that is no number is more. */
export function beyond(errors: readonly OutputError[], tolerance: number): OutputError[] {
  return errors.filter(({ error }) => !(error <= tolerance));
}

/** @throws UserError `conversion_differs` when any output differs by more than the tolerance. */
export function requireEqual(
  errors: readonly OutputError[],
  tolerance: number,
  what: string,
  where = "",
): void {
  const wrong = beyond(errors, tolerance);
  if (wrong.length === 0) return;
  const list = wrong.map(({ name, error }) => `${name} by ${error.toExponential(1)}`).join(", ");
  throw new UserError(
    "conversion_differs",
    `${what} differ at ${list}, more than ${tolerance}${where}: nothing is written.`,
  );
}

/** The largest error of each output so far. */
class Errors {
  readonly #names: readonly string[];
  #largest: number[];

  constructor({ outputs }: Conversion) {
    this.#names = outputs.map(({ name }) => name);
    this.#largest = outputs.map(() => 0);
  }

  add(errors: readonly number[]): void {
    this.#largest = this.#largest.map((largest, index) =>
      Math.max(largest, errors[index] ?? Infinity),
    );
  }

  list(): OutputError[] {
    return this.#names.map((name, index) => ({ name, error: this.#largest[index] ?? Infinity }));
  }
}
