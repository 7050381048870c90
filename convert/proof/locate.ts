import type { LayersModel } from "@tensorflow/tfjs";
import { convert } from "../convert.ts";
import type { ConvertOptions } from "../options.ts";
import { type LayerUse, layerUses } from "../topology.ts";
import { beyond, type ProofOptions, type ProofTools, prove } from "./index.ts";

/** What a proof failed on. */
export interface Failure {
  /** Of the conversion that differed. */
  readonly options: ConvertOptions;
  readonly proof: ProofOptions;
  readonly tolerance: number;
}

export interface Fault {
  readonly layer: string;
  readonly className: string;
}

/**
 * Finds the first layer after which model and graph differ, by halving: a model that ends at a
 * layer in the middle either still agrees, and the fault is behind it, or it does not.
 *
 * @returns Undefined when no layer's own result differs: then the fault is in what joins them.
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

/** Whether the model of the first `count` uses differs at any tensor that the rest would read. */
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
  const errors = await prove(tools, part, conversion, proof);
  return beyond(errors, tolerance).length > 0;
}

/** What the first uses of layers give and no other of them reads. */
function frontier(model: LayersModel, uses: readonly LayerUse[], count: number) {
  const made = uses.slice(0, count).flatMap(({ outputs }) => outputs);
  const read = new Set(uses.slice(0, count).flatMap(({ inputs }) => inputs.map(({ id }) => id)));
  const wanted = new Set(model.outputs.map(({ id }) => id));
  return made.filter(({ id }) => wanted.has(id) || !read.has(id));
}
