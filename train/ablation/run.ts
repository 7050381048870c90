import { UserError } from "../../core/errors.ts";
import { readRunConfig } from "../../run-files/config.ts";
import { historyOf, isFinished } from "../../run-files/history.ts";
import { readLog } from "../../run-files/log.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { holdsRun, runFolder } from "../../run-files/run-folder.ts";
import { sameOptions } from "./variants.ts";

/** The progress of a run of an ablation. */
export type Progress = "not begun" | "begun" | "finished";

/**
 * Returns the progress of a run.
 *
 * @throws {UserError} `run_differs` when the folder holds a run with other options.
 */
export async function progressOf(path: string, options: TrainOptions): Promise<Progress> {
  const folder = runFolder(path);
  if (!holdsRun(folder)) return "not begun";
  const config = await readRunConfig(folder);
  if (!sameOptions(config.options, options)) {
    throw new UserError(
      "run_differs",
      `${path} holds a run with other options than these: name another folder with --out.`,
    );
  }
  return isFinished(historyOf(await readLog(folder.log))) ? "finished" : "begun";
}
