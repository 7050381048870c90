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
  if (!(await partDiffers(tools, model, uses, differs, failure))) return undefined;
  while (differs - agrees > 1) {
    const middle = Math.floor((agrees + differs) / 2);
    if (await partDiffers(tools, model, uses, middle, failure)) differs = middle;
    else agrees = middle;
  }
  const found = uses[differs - 1];
  return found && { layer: found.layer.name, className: found.layer.getClassName() };
}

/**
 * Returns whether the model of the first `count` uses differs at any tensor that the rest reads.
 */
async function partDiffers(
  tools: ProofTools,
  model: LayersModel,
  uses: readonly LayerUse[],
  count: number,
  { options, proof, tolerance }: Failure,
): Promise<boolean> {
  const outputs = frontier(model, uses, count);
  const part = tools.tf.model({ inputs: model.inputs, outputs });
  const conversion = convert(part, { ...options, weights: "fp32" });
  try {
    return beyond(await prove(tools, part, conversion, proof), tolerance).length > 0;
  } catch (error) {
    if (error instanceof UserError && error.code === "proof_impossible") return true;
    throw error;
  }
}

/** Returns the outputs of the first uses of layers that none of them reads. */
function frontier(model: LayersModel, uses: readonly LayerUse[], count: number) {
  const made = uses.slice(0, count).flatMap(({ outputs }) => outputs);
  const read = new Set(uses.slice(0, count).flatMap(({ inputs }) => inputs.map(({ id }) => id)));
  const wanted = new Set(model.outputs.map(({ id }) => id));
  return made.filter(({ id }) => wanted.has(id) || !read.has(id));
}
