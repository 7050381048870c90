/**
 * The proof of a conversion: runs the model in TensorFlow.js and the graph in ONNX Runtime on the
 * same inputs.
 *
 * @module
 */
import type { LayersModel, Tensor as TfTensor } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { Runtime, Tensor } from "../../core/runtime.ts";
import type { Conversion } from "../convert.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { type ProofCase, type ProofOptions, proofCases } from "./cases.ts";
import { difference, expectedOutputs, hasFinite, logitsDifference, runGraph } from "./compare.ts";
import { roundedModel } from "./reference.ts";
import { isSoftmax } from "./softmax.ts";

export type { ProofOptions } from "./cases.ts";

export interface OutputError {
  readonly name: string;
  /**
   * `max |a - b| / max(1e-3, max |b|)` over all runs, where `b` is the reference; of a softmax also
   * the error of its logits, if that is larger.
   */
  readonly error: number;
  /**
   * The error of TensorFlow.js itself, in the same measure, when its inputs, weights and layer outputs
   * are each rounded once. 0 if `error` is too small to matter.
   */
  readonly sensitivity: number;
}

/** The two runtimes that a proof compares. */
export interface ProofTools {
  readonly tf: TensorFlow;
  readonly runtime: Runtime;
}

/** Smaller errors are below every sensible tolerance. */
const SMALLEST_ERROR = 1e-5;

/** Number of random roundings that are tried if an error is large. */
const DRAWS = 3;

/**
 * Runs a model and its graph on a fixed and on a random input, at several batch sizes and lengths.
 *
 * @returns the error of each output, with `b` from TensorFlow.js.
 * @throws {UserError} `proof_impossible` when TensorFlow.js cannot run the model on the proof's
 *   inputs or returns no finite number; `option_invalid` for options that do not fit the model.
 */
export async function prove(
  { tf, runtime }: ProofTools,
  model: LayersModel,
  conversion: Conversion,
  options: ProofOptions = {},
): Promise<OutputError[]> {
  const session = await runtime.createSession(conversion.model, conversion.externalData);
  const errors = new Errors(conversion);
  const softmax = model.outputs.map(isSoftmax);
  const errorsOf = (actual: readonly Tensor[], expected: readonly Tensor[]) =>
    actual.map((value, index) => errorOf(value, expected[index] ?? value, softmax[index] ?? false));
  for (const proofCase of proofCases(tf, model, conversion.settings, options)) {
    const actual = await runGraph(tf, session, conversion, proofCase.inputs);
    const expected = expectedOutputs(tf, conversion, proofCase.outputs);
    requireNumbers(conversion, expected);
    const found = errorsOf(actual, expected);
    const isLarge = found.some((error) => !(error <= SMALLEST_ERROR));
    errors.add(found);
    for (let draw = 1; draw <= (isLarge ? DRAWS : 0); draw += 1) {
      const rounded = roundedOutputs(tf, model, conversion, proofCase.inputs, draw);
      errors.addSensitivities(errorsOf(rounded, expected));
    }
    dispose(tf, proofCase);
  }
  return errors.list();
}

function errorOf(actual: Tensor, expected: Tensor, softmax: boolean): number {
  const error = difference(actual, expected);
  return softmax && Number.isFinite(error)
    ? Math.max(error, logitsDifference(actual, expected))
    : error;
}

/** Refuses outputs without a finite number: two sides that both return NaN would seem to agree. */
function requireNumbers({ outputs }: Conversion, expected: readonly Tensor[]): void {
  const index = expected.findIndex((value) => !hasFinite(value));
  if (index < 0) return;
  throw new UserError(
    "proof_impossible",
    `TensorFlow.js gives no finite number at "${outputs[index]?.name}", so the graph cannot be proven: the weights are damaged, or the model takes other inputs (--proof-input FILE).`,
  );
}

function roundedOutputs(
  tf: TensorFlow,
  model: LayersModel,
  conversion: Conversion,
  inputs: readonly TfTensor[],
  seed: number,
): Tensor[] {
  const outputs: TfTensor[] = tf.tidy(() => roundedModel(tf, model, inputs, seed));
  const values = expectedOutputs(tf, conversion, outputs);
  tf.dispose(outputs);
  return values;
}

/** Two conversions of one model. */
interface Lowering {
  readonly exact: Conversion;
  /** With smaller weights. */
  readonly lowered: Conversion;
}

/**
 * Runs two graphs of one model on the same inputs: one with smaller weights, and the exact one.
 *
 * @returns the error of each output, `max |a - b| / max(1, max |b|)`, with `b` from the exact
 *   graph.
 */
export async function compareGraphs(
  { tf, runtime }: ProofTools,
  model: LayersModel,
  { exact, lowered }: Lowering,
  options: ProofOptions = {},
): Promise<OutputError[]> {
  const session = await runtime.createSession(lowered.model, lowered.externalData);
  const reference = await runtime.createSession(exact.model, exact.externalData);
  const errors = new Errors(lowered);
  for (const proofCase of proofCases(tf, model, lowered.settings, options)) {
    const actual = await runGraph(tf, session, lowered, proofCase.inputs);
    const expected = await runGraph(tf, reference, exact, proofCase.inputs);
    errors.add(actual.map((value, index) => difference(value, expected[index] ?? value, 1)));
    dispose(tf, proofCase);
  }
  return errors.list();
}

function dispose(tf: TensorFlow, { inputs, outputs }: ProofCase): void {
  tf.dispose([...inputs, ...outputs]);
}

/** How many times its sensitivity an error may be, because a layer sums many roundings. */
const ROUNDINGS = 8;

/** The largest sensitivity at which the inputs can prove anything. */
const LARGEST_SENSITIVITY = 1e-3;

/**
 * Returns the outputs that differ by more than the tolerance and more than roundings explain. NaN
 * counts as more.
 */
export function beyond(errors: readonly OutputError[], tolerance: number): OutputError[] {
  return errors.filter((each) => {
    const allowed = each.sensitivity <= LARGEST_SENSITIVITY ? ROUNDINGS * each.sensitivity : 0;
    return !(each.error <= Math.max(tolerance, allowed));
  });
}

/**
 * Refuses errors that say nothing about the graph, because one rounding moves the outputs as far.
 *
 * @throws {UserError} `proof_impossible`
 */
export function requireDecided(errors: readonly OutputError[], tolerance: number): void {
  const found = beyond(errors, tolerance).find(
    ({ error, sensitivity }) => error <= ROUNDINGS * sensitivity,
  );
  if (found === undefined) return;
  const { name, error, sensitivity } = found;
  throw new UserError(
    "proof_impossible",
    `ONNX Runtime and TensorFlow.js differ at ${name} by ${error.toExponential(1)}, and one rounding moves TensorFlow.js's own output by ${sensitivity.toExponential(1)}: these inputs cannot prove the graph. Give inputs that the model is made for (--proof-input FILE), or convert without the proof (--no-verify).`,
  );
}

/**
 * Requires that no output differs by more than the tolerance.
 *
 * @throws {UserError} `conversion_differs` if one does.
 */
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
  #list: OutputError[];

  constructor({ outputs }: Conversion) {
    this.#list = outputs.map(({ name }) => ({ name, error: 0, sensitivity: 0 }));
  }

  add(errors: readonly number[]): void {
    this.#list = this.#list.map((each, index) => ({
      ...each,
      error: Math.max(each.error, errors[index] ?? Number.POSITIVE_INFINITY),
    }));
  }

  addSensitivities(sensitivities: readonly number[]): void {
    this.#list = this.#list.map((each, index) => ({
      ...each,
      sensitivity: Math.max(each.sensitivity, sensitivities[index] ?? 0),
    }));
  }

  list(): OutputError[] {
    return this.#list;
  }
}
