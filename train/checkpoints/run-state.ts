/** The progress of a run between epochs. */
export interface RunState {
  /** Index of the stage among the run's stages. */
  readonly stage: number;
  /** Finished epochs of the stage. */
  readonly epoch: number;
  /** The score of the epoch that `--choose-by` chooses so far; -1 before anything is measured. */
  readonly bestScore: number;
  readonly epochsWithoutBetter: number;
}

/** The state of a run before its first epoch. */
export const INITIAL_STATE: RunState = {
  stage: 0,
  epoch: 0,
  bestScore: -1,
  epochsWithoutBetter: 0,
};

/** Returns the state before the first epoch of a run whose start has a validation score. */
export function startMeasured(score: number): RunState {
  return { ...INITIAL_STATE, bestScore: score };
}

/** Returns whether nothing has been measured yet. */
export function isUnmeasured({ bestScore }: RunState): boolean {
  return bestScore === INITIAL_STATE.bestScore;
}

/** Returns the state at the start of a stage. @param state - that at the end of the stage before. */
export function stageBegun({ bestScore }: RunState, stage: number): RunState {
  return { ...INITIAL_STATE, stage, bestScore };
}

/** Returns the state after one more epoch. @param best - whether it is the best so far. */
export function epochDone(state: RunState, score: number, best: boolean): RunState {
  return {
    stage: state.stage,
    epoch: state.epoch + 1,
    bestScore: best ? score : state.bestScore,
    epochsWithoutBetter: best ? 0 : state.epochsWithoutBetter + 1,
  };
}
