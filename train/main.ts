import { join } from "node:path";
import { Command } from "commander";
import { runCommand } from "../node/command.ts";
import { addOptions, describeFlags, parseOptions } from "../node/option-flags.ts";
import { syntheticDefaults, type TrainOptions, trainOptionsSchema } from "./options.ts";
import { recipeOptions, recipes } from "./recipes.ts";
import { createRunFolder, type RunFolder, readRunConfig, runFolder } from "./run/run-folder.ts";
import { train } from "./train.ts";

interface OpenedRun {
  readonly options: TrainOptions;
  readonly folder: RunFolder;
  readonly command: string;
}

await runCommand(async () => {
  const program = addOptions(new Command("train"), trainOptionsSchema)
    .description("Trains a captioner offline and leaves two LayersModels in the run's folder.")
    .addHelpText("after", `\nWithout --dataset: ${describeFlags(syntheticDefaults)}`)
    .addHelpText("after", describeRecipes)
    .parse();
  const { options, folder, command } = await openRun(program.opts());
  const best = await train(options, folder, command);
  const measures = Object.entries(best).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  process.stdout.write(`validation, best epoch: ${measures.join(", ")}\n`);
  process.stdout.write(
    `The models are in ${folder.path}; next: npm run convert -- ${folder.path}\n`,
  );
});

function describeRecipes(): string {
  const lines = Object.entries(recipes).map(
    ([name, options]) => `\n--recipe ${name}: ${describeFlags(options)}`,
  );
  return lines.join("");
}

async function openRun(asked: Record<string, unknown>): Promise<OpenedRun> {
  if (typeof asked.resume === "string") return resumeRun(asked.resume);
  const defaults = asked.dataset === undefined ? syntheticDefaults : {};
  const recipe = recipeOptions(typeof asked.recipe === "string" ? asked.recipe : undefined);
  const options = parseOptions(trainOptionsSchema, { ...defaults, ...recipe, ...asked });
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const folder = await createRunFolder(options.out ?? join("runs", stamp));
  const command = ["npm run train", ...(process.argv.length > 2 ? ["--"] : [])];
  return { options, folder, command: [...command, ...process.argv.slice(2)].join(" ") };
}

async function resumeRun(path: string): Promise<OpenedRun> {
  const folder = runFolder(path);
  const { options, command } = await readRunConfig(folder);
  return { options: parseOptions(trainOptionsSchema, options), folder, command };
}
