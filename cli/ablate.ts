/**
 * `npm run ablate`: measures the effect of each remedy by a short run without it.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { compareRuns, openRuns } from "../run-files/compare/index.ts";
import { comparisonTable } from "../run-files/compare/table.ts";
import { type TrainOptions, trainOptionsSchema } from "../run-files/options.ts";
import { chosenOptions, type Recipe } from "../run-files/recipes.ts";
import { type Progress, progressOf } from "../train/ablation/run.ts";
import { variantOptions, variants } from "../train/ablation/variants.ts";
import { trainRun } from "./ablate/train-run.ts";

/** Short enough for a dozen runs overnight, with at least one epoch of most stages. */
const SCHEDULE: Recipe = { epochs: 1, fineTune: 3, selfCritical: 1, joint: 0 };

const ablationSchema = z.object({
  only: z
    .string()
    .optional()
    .describe(`runs to train, separated by commas: ${variants.map(({ name }) => name).join(",")}`),
  dry: z
    .boolean()
    .default(false)
    .describe("train nothing: only compare the runs that are finished"),
  json: z.boolean().default(false).describe("print one JSON object instead of the table"),
});

const DEFAULT_FOLDER = join("runs", "ablation");

/** A variant that was not trained. */
interface MissingRun {
  readonly name: string;
  readonly title: string;
  readonly reason: string;
}

await runCommand(async () => {
  const command = addOptions(
    addOptions(
      createCommand(
        "npm run ablate --",
        "Trains the full recipe and variants without one remedy each, and compares them. Finished runs " +
          "are kept, and unfinished ones resumed.",
      ),
      ablationSchema,
    ),
    trainOptionsSchema.omit({ resume: true }),
  );
  const { only, dry, json, ...asked } = command.parse().opts();
  const own = parseOptions(ablationSchema, { only, dry, json });
  const { finished, missing } = await ablate(
    fullOptions(asked),
    own.dry ? [] : chosenNames(own.only),
  );
  const comparison = compareRuns(await openRuns(finished));
  process.stdout.write(
    own.json
      ? `${JSON.stringify({ ...comparison, missing })}\n`
      : `${[
          ...(finished.length === 0 ? [] : [comparisonTable(comparison)]),
          ...missingLines(missing),
        ].join("\n\n")}\n`,
  );
});

/** Returns the options of the full recipe: the released model's, unless another one is named. */
function fullOptions(asked: Record<string, unknown>): TrainOptions {
  const recipe = asked.dataset === undefined ? {} : { recipe: "flickr8k" };
  return chosenOptions({ ...recipe, ...asked }, asked.dataset === undefined ? {} : SCHEDULE);
}

function chosenNames(only: string | undefined): string[] {
  const names = variants.map(({ name }) => name);
  const chosen = only?.split(",") ?? names;
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown === undefined) return chosen;
  throw new UserError(
    "unknown_run",
    `--only: unknown run "${unknown}"; the runs are ${names.join(", ")}.`,
  );
}

/**
 * Trains the chosen variants that are not finished.
 *
 * @returns the folders of all finished variants, the full recipe first, and the variants without one.
 */
async function ablate(full: TrainOptions, chosen: readonly string[]) {
  const finished: string[] = [];
  const missing: MissingRun[] = [];
  for (const variant of variants) {
    const { name } = variant;
    const title = variant.title(full);
    const options = variantOptions(variant, full);
    const path = join(full.out ?? DEFAULT_FOLDER, name);
    const progress = options && (await progressOf(path, options));
    const trains = options !== undefined && chosen.includes(name) && progress !== "finished";
    if (trains) {
      const state = progress ?? "not begun";
      process.stderr.write(`\n${name}: ${title} (${state}) -> ${path}\n`);
      await trainRun(path, options, state);
    }
    if (trains || progress === "finished") finished.push(path);
    else missing.push({ name, title, reason: reasonOf(progress) });
  }
  return { finished, missing };
}

function reasonOf(progress: Progress | undefined): string {
  if (progress === undefined) return "the full recipe is the same";
  return progress === "begun" ? "not finished" : "not chosen";
}

function missingLines(missing: readonly MissingRun[]): string[] {
  if (missing.length === 0) return [];
  const lines = missing.map(({ name, title, reason }) => `  ${name} (${title}): ${reason}`);
  return [["Not run", ...lines].join("\n")];
}
