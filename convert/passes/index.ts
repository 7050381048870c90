/**
 * The passes that optimise a graph. Each keeps the results and can be left out.
 *
 * @module
 */
import type { Graph } from "../graph/types.ts";
import type { ConvertSettings } from "../options.ts";
import { foldBatchNormalization } from "./batch-normalization.ts";
import { foldConstants } from "./constants.ts";
import { halveWeights } from "./half-precision.ts";
import { removeIdentities } from "./identities.ts";
import { absorbTransposes } from "./layout/absorb.ts";
import { hoistTransposes } from "./layout/hoist.ts";
import { moveTransposes } from "./layout/index.ts";
import { foldPadding } from "./padding.ts";
import { multiplyPointwise } from "./pointwise.ts";
import { keepPooledPadding } from "./pooled-padding.ts";
import { quantizeWeights } from "./quantization.ts";
import { shareConstants } from "./sharing.ts";

export type Pass = (graph: Graph) => void;

/** Returns the passes in the order in which each helps the next. */
export function passesFor({ weights }: Pick<ConvertSettings, "weights">): readonly Pass[] {
  return [
    foldConstants,
    moveTransposes,
    hoistTransposes,
    absorbTransposes,
    foldBatchNormalization,
    foldPadding,
    keepPooledPadding,
    ...(weights === "int8" ? [quantizeWeights] : [multiplyPointwise]),
    shareConstants,
    ...(weights === "fp16" ? [halveWeights] : []),
    removeIdentities,
  ];
}
