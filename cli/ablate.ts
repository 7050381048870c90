/**
 * `npm run ablate`: what each remedy is worth, on one short schedule, one run each.
 *
 * @module
 */
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { type TrainOptions, trainOptionsSchema } from "../run-files/options.ts";
import { chosenOptions, type Recipe } from "../run-files/recipes.ts";
import {
  type FinishedRun,
  type MissingRun,
  reportOn,
  reportTable,
} from "../train/ablation/report.ts";
import { type Progress, progressOf } from "../train/ablation/run.ts";
import { fullName, variantOptions, variants } from "../train/ablation/variants.ts";
import { trainRun } from "./ablate/train-run.ts";

/** Short enough for a dozen runs in a night, and with something of every stage. */
const schedule: Recipe = { epochs: 1, fineTune: 3, selfCritical: 1, joint: 0 };

const ablationSchema = z.object({
  only: z
    .string()
    .optional()
    .describe(`the runs to train, with commas: ${variants.map(({ name }) => name).join(",")}`),
  dry: z.boolean().default(false).describe("trains nothing: prints the table of what is there"),
  json: z.boolean().default(false).describe("prints one JSON object instead of the table"),
});

const defaultFolder = join("runs", "ablation");

await runCommand(async () => {
  const command = addOptions(
    addOptions(new Command("npm run ablate --"), ablationSchema),
    trainOptionsSchema.omit({ resume: true }),
  ).description(
    "Trains the full recipe and variants that lack one remedy each, and compares them. A finished " +
      "run is not repeated, an unfinished one is gone on with.",
  );
  const { only, dry, json, ...asked } = command.parse().opts();
  const own = parseOptions(ablationSchema, { only, dry, json });
  const full = fullOptions(asked);
  const report = await ablate(full, own.dry ? [] : chosenNames(own.only));
  process.stdout.write(own.json ? `${JSON.stringify(report)}\n` : `${reportTable(report)}\n`);
});

/** On a data set the recipe of the released model, unless another is named. */
function fullOptions(asked: Record<string, unknown>): TrainOptions {
  const recipe = asked.dataset === undefined ? {} : { recipe: "flickr8k" };
  return chosenOptions({ ...recipe, ...asked }, asked.dataset === undefined ? {} : schedule);
}

function chosenNames(only: string | undefined): string[] {
  const names = variants.map(({ name }) => name);
  const chosen = only?.split(",") ?? names;
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown === undefined) return chosen;
  throw new UserError(
    "unknown_run",
    `There is no run "${unknown}": there are ${names.join(", ")}.`,
  );
}

async function ablate(full: TrainOptions, chosen: readonly string[]) {
  const finished: FinishedRun[] = [];
  const missing: MissingRun[] = [];
  for (const variant of variants) {
    const { name } = variant;
    const title = variant.title(full);
    const options = variantOptions(variant, full);
    const path = join(full.out ?? defaultFolder, name);
    const progress = options && (await progressOf(path, options));
    const goesOn = options !== undefined && chosen.includes(name) && progress !== "finished";
    if (goesOn) await run({ name, title, path, options }, progress ?? "not begun");
    if (options && (goesOn || progress === "finished")) {
      finished.push({ name, title, path, options });
    } else {
      missing.push({ name, title, reason: reasonOf(progress) });
    }
  }
  const base = finished.find(({ name }) => name === fullName);
  return reportOn(full, base, finished, missing);
}

async function run({ name, title, path, options }: FinishedRun, progress: Progress) {
  process.stderr.write(`\n${name}: ${title} (${progress}) -> ${path}\n`);
  await trainRun(path, options, progress);
}

function reasonOf(progress: Progress | undefined): string {
  if (progress === undefined) return "the full recipe is like that already";
  return progress === "begun" ? "not finished" : "not asked for";
}
