/**
 * The proof of a conversion: the model in TensorFlow.js and the graph in ONNX Runtime, on the same
 * inputs.
 *
 * @module
 */
import type { LayersModel, Tensor as TfTensor } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import type { Runtime, Session, Tensor } from "../../core/runtime.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { Conversion } from "../convert.ts";
import { toChannelsFirst } from "../layers/layout.ts";
import {
  closedShape,
  fill,
  inputRanges,
  type OpenSizes,
  proofSizes,
  randomNumbers,
} from "./inputs.ts";
import { runModel } from "./reference.ts";

export interface OutputError {
  readonly name: string;
  /** `max |a - b| / max(1, max |b|)` over all runs, `a` from ONNX Runtime, `b` from TensorFlow.js. */
  readonly error: number;
}

export interface Proof {
  readonly outputs: readonly OutputError[];
  /** Shapes of the inputs of every run. */
  readonly runs: readonly string[];
}

/** Runs both on a fixed and on a random input, at several batch sizes and lengths. */
export async function prove(
  tf: TensorFlow,
  runtime: Runtime,
  model: LayersModel,
  conversion: Conversion,
): Promise<Proof> {
  const session = await runtime.createSession(conversion.model, conversion.externalData);
  const errors = conversion.outputs.map(() => 0);
  const runs: string[] = [];
  for (const [index, sizes] of proofSizes.entries()) {
    const next = index === 0 ? undefined : randomNumbers(index);
    const { inputs, wanted } = expected(tf, model, conversion, sizes, next);
    const compared = await compare(tf, session, conversion, inputs, wanted);
    for (const [output, error] of compared.entries()) {
      errors[output] = worse(errors[output] ?? 0, error);
    }
    runs.push(inputs.map(({ shape }) => `[${shape}]`).join(" "));
    tf.dispose([inputs, wanted]);
  }
  return {
    outputs: conversion.outputs.map(({ name }, index) => ({ name, error: errors[index] ?? 0 })),
    runs: [...new Set(runs)],
  };
}

/** @throws UserError `conversion_differs` when any output differs by more than the tolerance. */
export function requireEqual(proof: Proof, tolerance: number): void {
  const wrong = proof.outputs.filter(({ error }) => !(error <= tolerance));
  if (wrong.length === 0) return;
  const list = wrong.map(({ name, error }) => `${name} by ${error.toExponential(1)}`).join(", ");
  throw new UserError(
    "conversion_differs",
    `ONNX Runtime and TensorFlow.js differ at ${list}, more than ${tolerance}: nothing is written.`,
  );
}

function makeInputs(
  tf: TensorFlow,
  model: LayersModel,
  { settings }: Conversion,
  sizes: OpenSizes,
  next: (() => number) | undefined,
): TfTensor[] {
  const batch = settings.batch === "dynamic" ? undefined : settings.batch;
  const ranges = inputRanges(model);
  return model.inputs.map((symbol, index) => {
    const declared = settings.inputTypes[model.inputNames[index] ?? ""];
    const range = ranges[index] ?? { low: -1, high: 1, whole: false };
    const bytes =
      declared === "uint8" && range.low < 0 ? { low: 0, high: 255, whole: true } : range;
    const shape = closedShape(symbol, sizes, batch);
    return tf.tensor(fill(shape, bytes, next), shape, symbol.dtype ?? "float32");
  });
}

/** How often open sizes are doubled for a model that needs more of them. */
const attempts = 5;

/**
 * Runs the model in TensorFlow.js. A model with open sizes may need more than a few steps or pixels
 * to have an output at all: then it is given more.
 */
function expected(
  tf: TensorFlow,
  model: LayersModel,
  conversion: Conversion,
  sizes: OpenSizes,
  next: (() => number) | undefined,
): { inputs: TfTensor[]; wanted: TfTensor[] } {
  for (let attempt = 1; ; attempt += 1) {
    const factor = 2 ** (attempt - 1);
    const larger = { ...sizes, length: sizes.length * factor, side: sizes.side * factor };
    const inputs = makeInputs(tf, model, conversion, larger, next);
    try {
      return { inputs, wanted: tf.tidy(() => runModel(tf, model, inputs)) };
    } catch (error) {
      const open = model.inputs.some(({ shape }) => shape.slice(1).includes(null));
      if (!open || attempt === attempts) throw error;
      tf.dispose(inputs);
    }
  }
}

/** The error of each output on one set of inputs. */
async function compare(
  tf: TensorFlow,
  session: Session,
  conversion: Conversion,
  inputs: readonly TfTensor[],
  wanted: readonly TfTensor[],
): Promise<number[]> {
  const pictures = (tensor: TfTensor) =>
    conversion.settings.layout === "nchw" && tensor.rank === 4
      ? tf.transpose(tensor, toChannelsFirst(4))
      : tensor.clone();
  const seen = tf.tidy(() => ({ inputs: inputs.map(pictures), outputs: wanted.map(pictures) }));
  const feeds = conversion.inputs.map(({ name, type }, index) => {
    const tensor = seen.inputs[index];
    if (tensor === undefined) throw new Error(`No value for the input ${name}`);
    return [name, toRuntime(tensor, type)] as const;
  });
  const given = await session.run(Object.fromEntries(feeds));
  const errors = conversion.outputs.map(({ name }, index) => {
    const tensor = seen.outputs[index];
    const actual = given[name];
    if (tensor === undefined || actual === undefined) throw new Error(`No output ${name}`);
    return difference(actual, tensor);
  });
  tf.dispose([seen.inputs, seen.outputs]);
  return errors;
}

function toRuntime(tensor: TfTensor, type: string): Tensor {
  const data = tensor.dataSync();
  const dims = tensor.shape;
  if (type === "int32") return { type, dims, data: Int32Array.from(data) };
  if (type === "uint8") return { type, dims, data: Uint8Array.from(data) };
  return { type: "float32", dims, data: Float32Array.from(data) };
}

/** Infinite for another shape, and where one is a number and the other is not. */
export function difference(actual: Tensor, expected: TfTensor): number {
  if (String(actual.dims) !== String(expected.shape)) return Number.POSITIVE_INFINITY;
  const values = expected.dataSync();
  let largest = 1;
  let apart = 0;
  for (const [index, value] of values.entries()) {
    const other = actual.data[index] ?? Number.NaN;
    if (Object.is(other, value) || other === value) continue;
    if (!Number.isFinite(other) || !Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    apart = Math.max(apart, Math.abs(other - value));
    largest = Math.max(largest, Math.abs(value));
  }
  for (const value of values)
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return apart / largest;
}

/** The larger error; one that is not a number is the worst. */
function worse(left: number, right: number): number {
  return Number.isNaN(right) || right > left ? right : left;
}
