import { createHash } from "node:crypto";
import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../../core/errors.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import type { StoredWeight } from "../../../onnx/stored-weights.ts";
import type { Backbone } from "../backbone/backbone.ts";
import { modelVariables, variable } from "../weights.ts";
import { firstDifference } from "./start-differences.ts";
import type { StartingPoint } from "./starting-point.ts";

/** A captioner and the folder that `--from` names. */
interface NamedStart {
  readonly path: string;
  readonly start: StartingPoint;
}

/**
 * Averages the weights of captioners of one shape, a model soup (Wortsman et al., 2022). One that is
 * given twice counts twice.
 *
 * The first one's backbone becomes that of the mean, and the other backbones are disposed of. New
 * styles start as the default style of the first one.
 *
 * @throws {UserError} `conflicting_options` when the captioners differ in more than their weights.
 */
export async function averageStarts(
  tf: TensorFlow,
  first: NamedStart,
  others: readonly NamedStart[],
): Promise<StartingPoint> {
  for (const other of others) checkSameShape(first, other);
  if (others.length === 0) return first.start;
  const starts = [first, ...others].map(({ start }) => start);
  const backbones = starts.map(({ backbone }) => backbone);
  await averageModels(
    tf,
    backbones.map(({ model }) => model),
  );
  for (const { start } of others) start.backbone.model.dispose();
  return {
    ...first.start,
    backbone: { ...first.start.backbone, ...provenanceOf(backbones) },
    weights: meanWeights(starts.map(({ weights }) => weights)),
  };
}

function checkSameShape(first: NamedStart, other: NamedStart): void {
  const difference = firstDifference(first.start, other.start);
  if (difference === undefined) return;
  throw new UserError(
    "conflicting_options",
    `--from ${first.path} and --from ${other.path} differ in ${difference}: only captioners of the same shape can be averaged.`,
  );
}

/** Names and hashes the backbones in their order; the mean is fine-tuned if one of them is. */
function provenanceOf(backbones: readonly Backbone[]) {
  const hash = createHash("sha256");
  for (const { sha256 } of backbones) hash.update(sha256);
  return {
    name: [...new Set(backbones.map(({ name }) => name))].join(" and "),
    sha256: hash.digest("hex"),
    fineTuned: backbones.some(({ fineTuned }) => fineTuned === true),
  };
}

/** Assigns the mean of all models' weights to the first one. */
async function averageModels(
  tf: TensorFlow,
  models: readonly tfTypes.LayersModel[],
): Promise<void> {
  const [variables = new Map<string, tfTypes.Variable>(), ...others] = models.map(modelVariables);
  for (const [name, own] of variables) {
    const same = [own, ...others.map((all) => variable(all, name))];
    const data = await Promise.all(same.map(async (one) => Float32Array.from(await one.data())));
    tf.tidy(() => own.assign(tf.tensor(meanOf(data), own.shape)));
  }
}

function meanWeights(all: readonly StartingPoint["weights"][]): StartingPoint["weights"] {
  const [first = new Map<string, StoredWeight>()] = all;
  return new Map(
    [...first].map(([name, { shape }]) => {
      const data = all.map((weights) => weights.get(name)?.data ?? new Float32Array());
      return [name, { shape, data: meanOf(data) }];
    }),
  );
}

/**
 * Computes the mean of arrays of one length, number by number: sums in double precision, rounded
 * once to single precision.
 */
function meanOf(arrays: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const values = new Float64Array(arrays.length);
  return Float32Array.from(arrays[0] ?? [], (_, at) => {
    for (const [index, array] of arrays.entries()) values[index] = array[at] ?? Number.NaN;
    // Sorted, because a sum of more than two numbers depends on their order in its last bit.
    if (values.length > 2) values.sort();
    return values.reduce((sum, value) => sum + value) / values.length;
  });
}
