import type { GraphNode } from "../../graph/types.ts";

/** Composes two permutations: `result[i] = first[second[i]]`. */
export function compose(first: readonly number[], second: readonly number[]): number[] {
  return second.map((axis) => first[axis] ?? axis);
}

/** Returns the permutation that undoes another. */
export function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

/** Returns whether a permutation leaves all axes in place. */
export function isIdentity(perm: readonly number[]): boolean {
  return perm.every((axis, index) => axis === index);
}

/** Returns the permutation of a `Transpose` node; undefined for other nodes. */
export function permOf(node: GraphNode | undefined): readonly number[] | undefined {
  if (node?.op !== "Transpose") return undefined;
  const perm = node.attributes.perm;
  return Array.isArray(perm) ? perm.map(Number) : undefined;
}
