import { UserError } from "../core/errors.ts";

/** Chooses every epoch in turn, so that the last one is saved, even if it is worse. */
const LAST = "last";

/** CIDEr-D of each data set's validation images, by the sets' names. */
type SetScores = Readonly<Record<string, { readonly "CIDEr-D": number }>>;

/**
 * Returns the score by which a run compares its epochs.
 *
 * @param chooseBy - `mean` or `worst` over the data sets, the name of one of them, or `last`, which
 *   chooses the last epoch and scores it by the mean.
 */
export function epochScore(chooseBy: string, sets: SetScores): number {
  const scores = Object.values(sets).map((values) => values["CIDEr-D"]);
  if (chooseBy === "mean" || chooseBy === LAST)
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  if (chooseBy === "worst") return Math.min(...scores);
  const chosen = sets[chooseBy];
  if (chosen) return chosen["CIDEr-D"];
  throw new Error(`there is no data set ${chooseBy}`);
}

/** Returns whether an epoch takes the place of the best one before it. */
export function replacesBest(chooseBy: string, score: number, bestScore: number): boolean {
  return chooseBy === LAST || score > bestScore;
}

/**
 * Checks `--choose-by` against the names of the data sets.
 *
 * @throws {UserError} `conflicting_options`
 */
export function checkChooseBy(chooseBy: string, names: readonly string[]): void {
  if (["mean", "worst", LAST, ...names].includes(chooseBy)) return;
  throw new UserError(
    "conflicting_options",
    `--choose-by ${chooseBy} is neither mean, worst, last nor a data set of the run: ${names.join(", ")}.`,
  );
}
