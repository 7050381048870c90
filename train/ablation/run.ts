import { UserError } from "../../core/errors.ts";
import { parseOptions } from "../../node/cli/option-flags.ts";
import { readLog } from "../../run-files/log.ts";
import { type TrainOptions, trainOptionsSchema } from "../../run-files/options.ts";
import { historyOf, lastMeasure } from "../../run-files/report/history.ts";
import { holdsRun, readRunConfig, runFolder } from "../../run-files/run-folder.ts";
import { sameOptions } from "./variants.ts";

/** How far a run is that an ablation asks for. */
export type Progress = "not begun" | "begun" | "finished";

/**
 * Looks how far a run is.
 *
 * @throws UserError `run_differs` if the folder holds a run with other options.
 */
export async function progressOf(path: string, options: TrainOptions): Promise<Progress> {
  const folder = runFolder(path);
  if (!holdsRun(folder)) return "not begun";
  const config = await readRunConfig(folder);
  if (!sameOptions(parseOptions(trainOptionsSchema, config.options), options)) {
    throw new UserError(
      "run_differs",
      `${path} holds a run with other options than these: name another folder by --out.`,
    );
  }
  return (await trainingMeasures(path)) ? "finished" : "begun";
}

/** The measures of a finished run on training images, its log's last entry; else nothing. */
export async function trainingMeasures(
  path: string,
): Promise<Readonly<Record<string, number>> | undefined> {
  return lastMeasure(historyOf(await readLog(runFolder(path).log)), "train")?.values;
}
