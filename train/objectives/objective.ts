import type { DrawKey } from "../../core/random-draws.ts";
import type { CaptionBatch, ImageState } from "../model/unrolled.ts";

/** The position of a step in its stage. */
export interface StepContext {
  /** The key of the step's random draws. */
  readonly key: DrawKey;
  /** The finished part of the stage, 0 to 1. */
  readonly progress: number;
}

/** The targets of a step. */
export interface WeightedBatch {
  readonly batch: CaptionBatch;
  /** The sum of the weighted losses is divided by this. */
  readonly normaliser: number;
}

/** The objective of a stage: which captions a step trains on, and with which weights. */
export interface Objective {
  readonly dropout: number;
  readonly labelSmoothing: number;
  /**
   * Makes the targets of a step.
   *
   * @param rows - the images of the step.
   * @param encode - computes their image state, where the targets depend on it. The caller disposes
   *   of the tensors.
   */
  batch(rows: readonly number[], encode: () => ImageState, context: StepContext): WeightedBatch;
}
