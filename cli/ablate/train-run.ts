import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../core/errors.ts";
import { optionFlags } from "../../node/cli/option-flags.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { chosenOptions } from "../../run-files/recipes.ts";
import type { Progress } from "../../train/ablation/run.ts";

const TRAIN_COMMAND = join(import.meta.dirname, "..", "train.ts");

/**
 * Trains a run in a child process, from its start or from its last checkpoint.
 *
 * @throws {UserError} `run_failed`; the child has printed the reason.
 */
export async function trainRun(
  path: string,
  options: TrainOptions,
  progress: Progress,
): Promise<void> {
  const flags = progress === "begun" ? ["--resume", path] : [...flagsOf(options), "--out", path];
  const args = ["--disable-warning=ExperimentalWarning", TRAIN_COMMAND, ...flags];
  // Standard output is for the table alone.
  const child = spawn(process.execPath, args, { stdio: ["ignore", process.stderr, "inherit"] });
  const [status] = await once(child, "exit");
  if (status === 0) return;
  throw new UserError(
    "run_failed",
    `The run in ${path} stopped: fix the reason above, then resume by the same command.`,
  );
}

/** Returns the flags that make `npm run train` choose these options. */
function flagsOf(options: TrainOptions): string[] {
  const { recipe, out, resume, ...wanted } = options;
  const named = { recipe, dataset: options.dataset };
  const unasked: Record<string, unknown> = chosenOptions(named);
  const changed = Object.entries(wanted).filter(
    ([key, value]) => !isDeepStrictEqual(unasked[key], value),
  );
  return optionFlags({ ...named, ...Object.fromEntries(changed) });
}
