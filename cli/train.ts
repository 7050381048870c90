/**
 * `npm run train`: trains a captioner.
 *
 * @module
 */
import { join } from "node:path";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { addOptions, describeFlags } from "../node/cli/option-flags.ts";
import { readResumableConfig } from "../run-files/config.ts";
import { SYNTHETIC_DEFAULTS, trainOptionsSchema } from "../run-files/options.ts";
import { chosenOptions, RECIPES } from "../run-files/recipes.ts";
import { createRunFolder, runFolder } from "../run-files/run-folder.ts";
import { type OpenedRun, train } from "../train/train.ts";
import { checkConflicts, checkEpochs } from "./train/conflicts.ts";

await runCommand(async () => {
  const program = addOptions(
    createCommand(
      "npm run train --",
      "Trains a captioner, and writes its two LayersModels to the run's folder.",
    ),
    trainOptionsSchema,
  )
    .addHelpText("after", `\nWithout --dataset: ${describeFlags(SYNTHETIC_DEFAULTS)}`)
    .addHelpText("after", describeRecipes)
    .parse();
  const run = await openRun(program.opts());
  const measures = Object.entries(await train(run));
  const figures = measures.map(([name, value]) => `${name} ${value.toFixed(4)}`);
  process.stdout.write(`validation, saved weights: ${figures.join(", ")}\n`);
  process.stdout.write(
    `The report is in ${run.folder.report}.\nThe models are in ${run.folder.path}; next: npm run convert -- ${run.folder.path}\n`,
  );
});

function describeRecipes(): string {
  const lines = Object.entries(RECIPES).map(
    ([name, options]) => `\n--recipe ${name}: ${describeFlags(options)}`,
  );
  return lines.join("");
}

async function openRun(typed: Record<string, unknown>): Promise<OpenedRun> {
  checkConflicts(typed);
  if (typeof typed.resume === "string") return resumeRun(typed.resume);
  const options = chosenOptions(typed);
  checkEpochs(options);
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const folder = await createRunFolder(options.out ?? join("runs", stamp));
  const command = ["npm run train", ...(process.argv.length > 2 ? ["--"] : [])];
  return {
    options,
    folder,
    command: [...command, ...process.argv.slice(2)].join(" "),
    resumed: false,
  };
}

async function resumeRun(path: string): Promise<OpenedRun> {
  const folder = runFolder(path);
  const { options, command } = await readResumableConfig(folder);
  return { options, folder, command, resumed: true };
}
