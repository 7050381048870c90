import type { DrawKey } from "../../core/random-draws.ts";
import type { CaptionBatch, ImageState } from "../model/unrolled.ts";

/** Where training stands when a step is taken. */
export interface StepContext {
  /** What the step's draws are a function of. */
  readonly key: DrawKey;
  /** How much of the stage is done, 0 to 1. */
  readonly progress: number;
}

/** The captions that a step teaches and how much each counts. */
export interface Lesson {
  readonly batch: CaptionBatch;
  /** What the weighted losses are divided by. */
  readonly normaliser: number;
}

/** What a stage trains towards. */
export interface Objective {
  readonly dropout: number;
  readonly labelSmoothing: number;
  /**
   * @param rows - the images of the step.
   * @param encode - computes their image state; only called where the lesson depends on it. The
   *   caller cleans up the tensors.
   */
  lesson(rows: readonly number[], encode: () => ImageState, context: StepContext): Lesson;
}
