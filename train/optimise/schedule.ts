/** The course of the learning rate over a stage. */
export interface Schedule {
  /** The highest rate, at the end of the warm-up. */
  readonly rate: number;
  /** Capped at half of all steps, so that a short stage reaches its highest rate. */
  readonly warmUpSteps: number;
  readonly totalSteps: number;
  /** The rate at the end, as a fraction of the highest. */
  readonly finalFraction: number;
}

/**
 * Returns the learning rate of a step: a linear warm-up, then half a cosine (Loshchilov and Hutter,
 * 2017).
 *
 * @param step - from 0.
 */
export function learningRate(schedule: Schedule, step: number): number {
  const { rate, totalSteps, finalFraction } = schedule;
  const warmUpSteps = Math.min(schedule.warmUpSteps, Math.floor(totalSteps / 2));
  if (step < warmUpSteps) return (rate * (step + 1)) / warmUpSteps;
  const progress = Math.min(1, (step - warmUpSteps) / Math.max(1, totalSteps - warmUpSteps));
  const cosine = (1 + Math.cos(Math.PI * progress)) / 2;
  return rate * (finalFraction + (1 - finalFraction) * cosine);
}
