import { UserError } from "../core/errors.ts";

/** CIDEr-D of each data set's validation images, by the sets' names. */
type SetScores = Readonly<Record<string, { readonly "CIDEr-D": number }>>;

/**
 * Returns the score by which a run chooses its best epoch.
 *
 * @param chooseBy - `mean` or `worst` over the data sets, or the name of one of them.
 */
export function epochScore(chooseBy: string, sets: SetScores): number {
  const scores = Object.values(sets).map((values) => values["CIDEr-D"]);
  if (chooseBy === "mean") return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  if (chooseBy === "worst") return Math.min(...scores);
  const chosen = sets[chooseBy];
  if (chosen) return chosen["CIDEr-D"];
  throw new Error(`there is no data set ${chooseBy}`);
}

/**
 * Checks `--choose-by` against the names of the data sets.
 *
 * @throws {UserError} `conflicting_options`
 */
export function checkChooseBy(chooseBy: string, names: readonly string[]): void {
  if (["mean", "worst", ...names].includes(chooseBy)) return;
  throw new UserError(
    "conflicting_options",
    `--choose-by ${chooseBy} is neither mean, worst nor a data set of the run: ${names.join(", ")}.`,
  );
}
