import type { LayersModel } from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import { type Assignment, type FileWeight, type Group, matchWeights } from "./match-weights.ts";
import { namesOf, pathOf, type WeightPlace, weightPlaces } from "./weight-places.ts";

/** Most names that an error message lists. */
const LISTED = 12;

/**
 * Sets a model's weights from a file, using each weight of the file once.
 *
 * A weight belongs to the place whose path is nearest to its name, among the places of its shape.
 * Between equally near places of one layer the order in the file decides; between layers only where
 * the names are identical.
 *
 * @throws {UserError} `weights_invalid` when a weight is missing or left over, or when the names allow
 *   two assignments.
 */
export function assignWeights(
  model: LayersModel,
  weights: readonly FileWeight[],
  source: string,
): void {
  const places = weightPlaces(model);
  const groups = matchWeights(places, weights, namesOf(model));
  const left = new Set(weights);
  for (const group of groups) {
    for (const [place, weight] of onlyAssignment(group, model, weights, source)) {
      place.variable.write(weight.tensor);
      left.delete(weight);
    }
  }
  const unused = [...left].filter(({ name }) => !isOfTraining(name));
  if (unused.length === 0) return;
  throw new UserError(
    "weights_invalid",
    `${source} has weights that no layer has a place for: ${listed(unused)}.`,
  );
}

/**
 * Returns whether a weight is only used in training: the state of a random generator, or the count
 * of a Normalization.
 */
function isOfTraining(name: string): boolean {
  return name.includes("seed_generator") || /(^|\/)count(:0)?$/.test(name);
}

function onlyAssignment(
  { places, assignments }: Group,
  model: LayersModel,
  weights: readonly FileWeight[],
  source: string,
): Assignment {
  const inOrder = assignments.toSorted(
    (one, other) => disorder(one, weights) - disorder(other, weights),
  );
  const [assignment, ...others] = inOrder;
  if (assignment === undefined) throw missing(places, weights, source);
  const other = others.find((each) => layersByName(each) !== layersByName(assignment));
  if (other !== undefined) throw ambiguous(assignment, other, source);
  refuseUnclearOrder(assignment, model, source);
  return assignment;
}

/** Counts the weights that an assignment takes out of the file's order. */
function disorder(assignment: Assignment, weights: readonly FileWeight[]): number {
  const positions = [...assignment.values()].map((weight) => weights.indexOf(weight));
  return positions.filter((position, index) => position < (positions[index - 1] ?? -1)).length;
}

/**
 * Returns which layer gets which names. Assignments that agree in this differ only in the order of
 * weights with equal names.
 */
function layersByName(assignment: Assignment): string {
  const pairs = [...assignment].map(([{ layer, models }, { name }]) => [
    ...models,
    layer.name,
    name,
  ]);
  return pairs
    .map((pair) => JSON.stringify(pair))
    .toSorted()
    .join();
}

/**
 * Refuses identical names in several layers where their order is unclear: Keras writes layer by
 * layer, TensorFlow.js frozen layers last.
 */
function refuseUnclearOrder(assignment: Assignment, model: LayersModel, source: string): void {
  const places = [...assignment.keys()];
  for (const [index, place] of places.entries()) {
    const name = assignment.get(place)?.name;
    const next = places.slice(index + 1).find((each) => assignment.get(each)?.name === name);
    if (next === undefined || next.layer === place.layer) continue;
    const position = ({ variable }: WeightPlace) => model.weights.indexOf(variable);
    if (position(place) < position(next)) continue;
    throw new UserError(
      "weights_invalid",
      `${source} has several weights named "${name}", and layer by layer the first belongs to "${pathOf(place)}", in the order of TensorFlow.js to "${pathOf(next)}": rename one of the layers and save the model again.`,
    );
  }
}

function ambiguous(one: Assignment, other: Assignment, source: string): UserError {
  const [place] = [...one.keys()].filter((each) => one.get(each)?.name !== other.get(each)?.name);
  const [first, second] = [one, other].map((assignment) => place && assignment.get(place)?.name);
  return new UserError(
    "weights_invalid",
    `${source} can be read in two ways: "${place ? pathOf(place) : ""}" may be the weight "${first}" or "${second}". Give the layers different names and save the model again.`,
  );
}

function missing(
  places: readonly WeightPlace[],
  weights: readonly FileWeight[],
  source: string,
): UserError {
  const known = new Set(places.map(({ layer }) => layer.name));
  const [place] = places;
  const isOfLayers = ({ name }: FileWeight) => name.split("/").some((part) => known.has(part));
  const ofLayers = weights.filter(isOfLayers);
  const ofShape = weights.filter(
    (weight) =>
      !isOfLayers(weight) && String(weight.tensor.shape) === String(place?.variable.shape),
  );
  const there = ofLayers.length + ofShape.length > 0 ? [...ofLayers, ...ofShape] : weights;
  const list = there.length === 0 ? "no weights at all" : listed(there);
  return new UserError(
    "weights_invalid",
    `${source} has no weight of shape [${place?.variable.shape}] for "${place?.variable.originalName}" (${place?.layer.getClassName()}): it has ${list}.`,
  );
}

/** Lists the first weights, with their shapes. */
function listed(weights: readonly FileWeight[]): string {
  const names = weights.slice(0, LISTED).map(({ name, tensor }) => `${name} [${tensor.shape}]`);
  const more = weights.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
