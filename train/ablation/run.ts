import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { optionFlags, parseOptions } from "../../node/option-flags.ts";
import { type TrainOptions, trainOptionsSchema } from "../options.ts";
import { chosenOptions } from "../recipes.ts";
import { historyOf, lastMeasure } from "../report/history.ts";
import { readLog } from "../run/log.ts";
import { holdsRun, readRunConfig, runFolder } from "../run/run-folder.ts";
import { sameOptions } from "./variants.ts";

/** How far a run is that an ablation asks for. */
export type Progress = "not begun" | "begun" | "finished";

const trainCommand = join(import.meta.dirname, "..", "main.ts");

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

/**
 * Trains a run in a process of its own, from its start or from where it was stopped.
 *
 * @throws UserError `run_failed`; the reason stands above it.
 */
export async function trainRun(
  path: string,
  options: TrainOptions,
  progress: Progress,
): Promise<void> {
  const flags = progress === "begun" ? ["--resume", path] : [...flagsOf(options), "--out", path];
  const args = ["--disable-warning=ExperimentalWarning", trainCommand, ...flags];
  // What a run prints is for people: standard output is kept for the table.
  const child = spawn(process.execPath, args, { stdio: ["ignore", process.stderr, "inherit"] });
  const [status] = await once(child, "exit");
  if (status === 0) return;
  throw new UserError(
    "run_failed",
    `The run in ${path} stopped: the same command goes on with it, once its reason is mended.`,
  );
}

/** The flags that make `npm run train` choose these options. */
function flagsOf(options: TrainOptions): string[] {
  const { recipe, out, resume, ...wanted } = options;
  const named = { recipe, dataset: options.dataset };
  const unasked: Record<string, unknown> = chosenOptions(named);
  const changed = Object.entries(wanted).filter(([key, value]) => unasked[key] !== value);
  return optionFlags({ ...named, ...Object.fromEntries(changed) });
}
