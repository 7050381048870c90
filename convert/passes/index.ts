/**
 * What makes a good graph of a literal one. Each pass keeps the numbers, is a file of its own, and
 * can be left out.
 *
 * @module
 */
import type { Graph } from "../graph/types.ts";
import { foldBatchNormalization } from "./batch-normalization.ts";
import { foldConstants } from "./constants.ts";
import { removeIdentities } from "./identities.ts";
import { moveTransposes } from "./layout/index.ts";
import { foldPadding } from "./padding.ts";
import { shareConstants } from "./sharing.ts";

/** In the order in which they help one another. */
export const PASSES: readonly ((graph: Graph) => void)[] = [
  foldConstants,
  moveTransposes,
  foldBatchNormalization,
  foldPadding,
  shareConstants,
  removeIdentities,
];
