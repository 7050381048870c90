import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import { randomNumbers } from "../../core/random-numbers.ts";
import type { ConvertSettings } from "../options.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { inputNames } from "../topology.ts";
import {
  closedShape,
  fill,
  inputRanges,
  type OpenSizes,
  proofSizes,
  type Range,
} from "./inputs.ts";
import { runModel } from "./reference.ts";

/** Inputs of a model, and what TensorFlow.js makes of them. */
export interface ProofCase {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** How often open sizes are doubled for a model that needs more of them. */
const attempts = 5;

/**
 * A fixed and a random case, of different batch sizes and lengths where the model leaves them open.
 * Whoever takes a case disposes of its tensors.
 */
export function* proofCases(
  tf: TensorFlow,
  model: LayersModel,
  settings: ConvertSettings,
): Generator<ProofCase> {
  for (const [index, sizes] of proofSizes.entries()) {
    yield makeCase(tf, model, settings, sizes, index);
  }
}

/** A model with open sizes may need more than a few steps or pixels to have an output: it gets more. */
function makeCase(
  tf: TensorFlow,
  model: LayersModel,
  settings: ConvertSettings,
  sizes: OpenSizes,
  seed: number,
): ProofCase {
  for (let attempt = 1; ; attempt += 1) {
    const factor = 2 ** (attempt - 1);
    const larger = { ...sizes, length: sizes.length * factor, side: sizes.side * factor };
    const inputs = makeInputs(tf, model, settings, larger, seed);
    try {
      return { inputs, outputs: tf.tidy(() => runModel(tf, model, inputs)) };
    } catch (error) {
      const open = model.inputs.some(({ shape }) => shape.slice(1).includes(null));
      if (!open || attempt === attempts) throw error;
      tf.dispose(inputs);
    }
  }
}

function makeInputs(
  tf: TensorFlow,
  model: LayersModel,
  { batch, inputTypes }: ConvertSettings,
  sizes: OpenSizes,
  seed: number,
): Tensor[] {
  // The first case is fixed, the others are drawn.
  const next = seed === 0 ? undefined : randomNumbers(seed);
  const ranges = inputRanges(model);
  const names = inputNames(model);
  return model.inputs.map((symbol, index) => {
    const declared = inputTypes[names[index] ?? ""];
    const range = fitting(ranges[index], declared);
    const shape = closedShape(symbol, sizes, batch === "dynamic" ? undefined : batch);
    return tf.tensor(fill(shape, range, next), shape, symbol.dtype ?? "float32");
  });
}

/** Bytes hold neither fractions nor numbers below zero. */
function fitting(range: Range = { low: -1, high: 1, whole: false }, declared?: string): Range {
  if (declared === undefined || declared === "float32") return range;
  return range.low < 0 ? { low: 0, high: 255, whole: true } : { ...range, whole: true };
}
