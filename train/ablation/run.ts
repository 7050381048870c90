import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { optionFlags, parseOptions } from "../../node/option-flags.ts";
import { type TrainOptions, trainOptionsSchema } from "../options.ts";
import { chosenOptions } from "../recipes.ts";
import { readRunConfig, runFolder } from "../run/run-folder.ts";
import { sameOptions } from "./variants.ts";

/** How far a run is that an ablation asks for. */
export type Progress = "not begun" | "begun" | "finished";

const trainCommand = join(import.meta.dirname, "..", "main.ts");

/** What a run measures last of all: it is finished when that is in its log. */
const lastEntrySchema = z.looseObject({
  event: z.literal("measure"),
  split: z.string().startsWith("train"),
  values: z.record(z.string(), z.number()),
});

/**
 * Looks how far a run is.
 *
 * @throws UserError `run_differs` if the folder holds a run with other options.
 */
export async function progressOf(path: string, options: TrainOptions): Promise<Progress> {
  const folder = runFolder(path);
  if ((await readText(folder.config)) === undefined) return "not begun";
  const config = await readRunConfig(folder);
  if (!sameOptions(parseOptions(trainOptionsSchema, config.options), options)) {
    throw new UserError(
      "run_differs",
      `${path} holds a run with other options than these: name another folder by --out.`,
    );
  }
  return (await trainingMeasures(path)) ? "finished" : "begun";
}

/** The measures of a finished run on training images; nothing if it is not finished. */
export async function trainingMeasures(
  path: string,
): Promise<{ split: string; values: Record<string, number> } | undefined> {
  const text = (await readText(runFolder(path).log)) ?? "";
  const lines = text.split("\n").filter((line) => line !== "");
  const entries = lines.map((line) => lastEntrySchema.safeParse(parsed(line)));
  return entries.findLast(({ success }) => success)?.data;
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

/** A run that was killed may have left half a line. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
