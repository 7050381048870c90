import type { LayersModel, SymbolicTensor, Tensor } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import { randomNumbers } from "../../core/random-numbers.ts";
import { isOutOfMemory } from "../memory.ts";
import type { ConvertSettings } from "../options.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { inputNames } from "../topology.ts";
import { givenInputs, type Nested, refuseUnknown, requireShape } from "./given-inputs.ts";
import { fill, inputRanges, type Range } from "./inputs.ts";
import { runModel } from "./reference.ts";
import { CASES, closedShape, isOpen, type OpenSizes, sizesToTry } from "./sizes.ts";

/** Inputs for the proof of a model whose layers do not determine them. */
export interface ProofOptions {
  /** Shapes of inputs by name, with the batch, for models with open sizes. */
  readonly shapes?: Readonly<Record<string, readonly number[]>> | undefined;
  /** The inputs by name, as nested arrays with the batch; replace the generated ones. */
  readonly inputs?: Readonly<Record<string, Nested>> | undefined;
}

/** Inputs of a model and the outputs of TensorFlow.js. */
export interface ProofCase {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/**
 * Makes a fixed and a random case, with different batch sizes and lengths where the model leaves
 * them open; or the one case that the options give. The caller disposes of the tensors.
 *
 * @throws {UserError} `proof_impossible` when TensorFlow.js cannot run the model on any of the
 *   inputs; `option_invalid` for shapes and inputs that do not fit the model.
 */
export function* proofCases(
  tf: TensorFlow,
  model: LayersModel,
  settings: ConvertSettings,
  options: ProofOptions = {},
): Generator<ProofCase> {
  if (options.inputs !== undefined) {
    yield attempt(tf, model, [() => givenInputs(tf, model, options.inputs ?? {})]);
    return;
  }
  refuseUnknown(Object.keys(options.shapes ?? {}), inputNames(model), "The proof's shapes");
  for (let index = 0; index < CASES; index += 1) {
    const tries = sizesToTry(model, index).map(
      (sizes) => () => makeInputs(tf, model, settings, { sizes, index, ...options }),
    );
    yield attempt(tf, model, tries);
  }
}

/** Runs the model on the first inputs that it accepts. */
function attempt(
  tf: TensorFlow,
  model: LayersModel,
  tries: readonly (() => Tensor[])[],
): ProofCase {
  let failure: UserError | undefined;
  for (const make of tries) {
    const inputs = make();
    try {
      return { inputs, outputs: tf.tidy(() => runModel(tf, model, inputs)) };
    } catch (cause) {
      if (isOutOfMemory(cause)) throw cause;
      failure ??= impossible(model, inputs, cause);
      tf.dispose(inputs);
    }
  }
  throw failure;
}

function impossible(model: LayersModel, inputs: readonly Tensor[], cause: unknown): UserError {
  const names = inputNames(model);
  const shapes = inputs.map(({ shape }, index) => `${names[index]} [${shape.join(", ")}]`);
  const [name = "x"] = names;
  const advice = isOpen(model)
    ? `name a shape that the model takes (--input-shape ${name}=1,416,416,3), or`
    : "give inputs that the model takes (--proof-input FILE), or";
  return new UserError(
    "proof_impossible",
    `TensorFlow.js cannot run "${model.name}" on ${shapes.join(", ")}, so the graph cannot be proven (${reasonOf(cause)}): ${advice} convert without the proof (--no-verify).`,
    { cause },
  );
}

/** Returns one line of an error; messages of the native library start with a status. */
function reasonOf(cause: unknown): string {
  const lines = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  const line = lines.find((each) => !each.startsWith("Invalid TF_Status")) ?? "";
  return line.replace(/^(Error in \w+: )?(Message: )?/, "").replace(/[.\s]+$/, "");
}

interface CaseOptions extends ProofOptions {
  readonly sizes: OpenSizes;
  readonly index: number;
}

function makeInputs(
  tf: TensorFlow,
  model: LayersModel,
  { batch, inputTypes }: ConvertSettings,
  { sizes, index: seed, shapes }: CaseOptions,
): Tensor[] {
  // The first case is fixed, the second is random.
  const next = seed === 0 ? undefined : randomNumbers(seed);
  const ranges = inputRanges(model);
  const names = inputNames(model);
  const shapeOf = (symbol: SymbolicTensor, name: string): number[] => {
    const given = shapes?.[name];
    if (given === undefined) {
      return closedShape(symbol, sizes, batch === "dynamic" ? undefined : batch);
    }
    requireShape(name, given, symbol);
    return [...given];
  };
  return model.inputs.map((symbol, index) => {
    const name = names[index] ?? symbol.name;
    const range = fitting(ranges[index], inputTypes[name]);
    const shape = shapeOf(symbol, name);
    return tf.tensor(fill(shape, range, next), shape, symbol.dtype ?? "float32");
  });
}

/** Keeps a range within a declared integer type. */
function fitting(range: Range = { low: -1, high: 1, whole: false }, declared?: string): Range {
  if (declared === undefined || declared === "float32") return range;
  return range.low < 0 ? { low: 0, high: 255, whole: true } : { ...range, whole: true };
}
