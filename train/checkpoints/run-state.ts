/** Where a run stands between epochs, besides tensors. */
export interface RunState {
  /** Index of the stage in the run's list. */
  readonly stage: number;
  /** Epochs of it that are done. */
  readonly epoch: number;
  /** The best score of the whole run, by `--choose-by`; -1 before the first epoch. */
  readonly bestScore: number;
  readonly epochsWithoutBetter: number;
}

/** Where every run begins. */
export const firstState: RunState = { stage: 0, epoch: 0, bestScore: -1, epochsWithoutBetter: 0 };

/** Where a stage begins. @param state - at the end of the stage before. */
export function stageBegun({ bestScore }: RunState, stage: number): RunState {
  return { ...firstState, stage, bestScore };
}

/** Where a run stands after one epoch more. @param score - its validation CIDEr-D. */
export function epochDone(state: RunState, score: number): RunState {
  const best = score > state.bestScore;
  return {
    stage: state.stage,
    epoch: state.epoch + 1,
    bestScore: best ? score : state.bestScore,
    epochsWithoutBetter: best ? 0 : state.epochsWithoutBetter + 1,
  };
}
