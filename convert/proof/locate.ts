import type { LayersModel } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import { convert } from "../convert.ts";
import type { ConvertOptions } from "../options.ts";
import { type LayerUse, layerUses } from "../topology.ts";
import { beyond, type ProofOptions, type ProofTools, prove } from "./index.ts";

/** The conversion and the proof that failed. */
export interface Failure {
  /** Options of the conversion. */
  readonly options: ConvertOptions;
  readonly proof: ProofOptions;
  readonly tolerance: number;
}

export interface Fault {
  readonly layer: string;
  readonly className: string;
}

/**
 * Finds the first layer whose output differs, by bisection: a model cut after a middle layer either
 * still agrees, so that the fault comes later, or it does not.
 *
 * @returns undefined if no layer differs by itself; then the fault is between layers.
 */
export async function locate(
  tools: ProofTools,
  model: LayersModel,
  failure: Failure,
): Promise<Fault | undefined> {
  const uses = layerUses(model).filter(({ layer }) => layer.getClassName() !== "InputLayer");
  let agrees = 0;
  let differs = uses.length;
  const differsAfter = (count: number) => {
    const outputs = frontier(model, uses, count);
    return isDifferent(tools, tools.tf.model({ inputs: model.inputs, outputs }), failure);
  };
  if (!(await differsAfter(differs))) return undefined;
  while (differs - agrees > 1) {
    const middle = Math.floor((agrees + differs) / 2);
    if (await differsAfter(middle)) differs = middle;
    else agrees = middle;
  }
  const found = uses[differs - 1];
  return found && { layer: found.layer.name, className: found.layer.getClassName() };
}

/** Returns whether a part of a model differs at any of its outputs. */
async function isDifferent(
  tools: ProofTools,
  part: LayersModel,
  { options, proof, tolerance }: Failure,
): Promise<boolean> {
  const conversion = convert(part, { ...options, weights: "fp32" });
  try {
    return beyond(await prove(tools, part, conversion, proof), tolerance).length > 0;
  } catch (error) {
    if (error instanceof UserError && error.code === "proof_impossible") return true;
    throw error;
  }
}

/** Returns the outputs of the first `count` uses that are the model's own or that none of these reads. */
function frontier(model: LayersModel, uses: readonly LayerUse[], count: number) {
  const made = uses.slice(0, count).flatMap(({ outputs }) => outputs);
  const read = new Set(uses.slice(0, count).flatMap(({ inputs }) => inputs.map(({ id }) => id)));
  const wanted = new Set(model.outputs.map(({ id }) => id));
  return made.filter(({ id }) => wanted.has(id) || !read.has(id));
}
