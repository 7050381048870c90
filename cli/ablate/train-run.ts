import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { optionFlags } from "../../node/cli/option-flags.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { chosenOptions } from "../../run-files/recipes.ts";
import type { Progress } from "../../train/ablation/run.ts";

const trainCommand = join(import.meta.dirname, "..", "train.ts");

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
