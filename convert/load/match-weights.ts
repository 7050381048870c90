import type { Tensor } from "@tensorflow/tfjs";
import { distance, type WeightPlace } from "./weight-places.ts";

/** A weight of a file. Names need not be unique. */
export interface FileWeight {
  readonly name: string;
  readonly tensor: Tensor;
}

/** Assigns a weight of the file to each place in a model. */
export type Assignment = ReadonlyMap<WeightPlace, FileWeight>;

/**
 * A weight of the file that may belong to a place, and how far its name is from the place's path.
 */
interface Candidate {
  readonly weight: FileWeight;
  readonly distance: number;
}

/** Places that compete for the same weights. */
export interface Group {
  readonly places: readonly WeightPlace[];
  /** The assignments with the smallest sum of distances; empty if a place gets no weight. */
  readonly assignments: readonly Assignment[];
}

/** Number of steps after which the search stops. */
const MAXIMUM_STEPS = 100_000;

/**
 * Finds the best assignments of a file's names, for each group of places that compete.
 *
 * @param known - names of all the model's layers and nested models.
 */
export function matchWeights(
  places: readonly WeightPlace[],
  weights: readonly FileWeight[],
  known: ReadonlySet<string>,
): Group[] {
  const candidates = new Map(
    places.map((place) => [place, candidatesOf(place, weights, known)] as const),
  );
  return competing(candidates).map((group) => ({
    places: group,
    assignments: bestAssignments(group, candidates),
  }));
}

function candidatesOf(
  place: WeightPlace,
  weights: readonly FileWeight[],
  known: ReadonlySet<string>,
): Candidate[] {
  const shape = String(place.variable.shape);
  const candidates = weights.flatMap((weight) => {
    if (String(weight.tensor.shape) !== shape) return [];
    const apart = distance(weight.name, place, known);
    return apart === undefined ? [] : [{ weight, distance: apart }];
  });
  // The nearest first: the search may stop before it has tried all.
  return candidates.toSorted((left, right) => left.distance - right.distance);
}

/** Groups places that have candidates in common, in their order. */
function competing(
  candidates: ReadonlyMap<WeightPlace, readonly Candidate[]>,
): (readonly WeightPlace[])[] {
  const wanting = new Map<FileWeight, WeightPlace[]>();
  for (const [place, list] of candidates) {
    for (const { weight } of list) wanting.set(weight, [...(wanting.get(weight) ?? []), place]);
  }
  const done = new Set<WeightPlace>();
  const groups: WeightPlace[][] = [];
  for (const first of candidates.keys()) {
    if (done.has(first)) continue;
    const found = new Set([first]);
    for (const place of found) {
      for (const { weight } of candidates.get(place) ?? []) {
        for (const other of wanting.get(weight) ?? []) found.add(other);
      }
    }
    for (const place of found) done.add(place);
    groups.push([...candidates.keys()].filter((place) => found.has(place)));
  }
  return groups;
}

/** Searches all assignments of a group, starting with the places that have the fewest candidates. */
function bestAssignments(
  group: readonly WeightPlace[],
  candidates: ReadonlyMap<WeightPlace, readonly Candidate[]>,
): Assignment[] {
  const listOf = (place: WeightPlace) => candidates.get(place) ?? [];
  const order = group.toSorted((left, right) => listOf(left).length - listOf(right).length);
  const least = order.map((place) => Math.min(...listOf(place).map((each) => each.distance)));
  let best = Number.POSITIVE_INFINITY;
  let found: Assignment[] = [];
  let steps = 0;
  const chosen = new Map<WeightPlace, FileWeight>();
  const taken = new Set<FileWeight>();

  const search = (index: number, sum: number): void => {
    steps += 1;
    const rest = least.slice(index).reduce((total, each) => total + each, 0);
    if (sum + rest > best || steps > MAXIMUM_STEPS) return;
    const place = order[index];
    if (place === undefined) {
      if (sum < best) found = [];
      best = sum;
      found.push(new Map(group.map((each) => [each, chosen.get(each) as FileWeight])));
      return;
    }
    for (const { weight, distance: apart } of listOf(place)) {
      if (taken.has(weight)) continue;
      taken.add(weight);
      chosen.set(place, weight);
      search(index + 1, sum + apart);
      taken.delete(weight);
    }
  };
  search(0, 0);
  return found;
}
