import { UserError } from "../../core/errors.ts";
import { readRunConfig } from "../../run-files/config.ts";
import { historyOf, isFinished } from "../../run-files/history.ts";
import { readLog } from "../../run-files/log.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { holdsRun, runFolder } from "../../run-files/run-folder.ts";
import { sameOptions } from "./variants.ts";

/** How far a run of an ablation has come. */
export type Progress = "not begun" | "begun" | "finished";

/**
 * Returns how far a run has come.
 *
 * @throws {UserError} `run_differs` where the folder holds a run with other options.
 */
export async function progressOf(path: string, options: TrainOptions): Promise<Progress> {
  const folder = runFolder(path);
  if (!holdsRun(folder)) return "not begun";
  const config = await readRunConfig(folder);
  if (!sameOptions(config.options, options)) {
    throw new UserError(
      "run_differs",
      `${path} holds a run with other options than these: name another folder by --out.`,
    );
  }
  return isFinished(historyOf(await readLog(folder.log))) ? "finished" : "begun";
}
