import { join } from "node:path";
import { Command } from "commander";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { addOptions, describeFlags } from "../node/cli/option-flags.ts";
import { readResumableConfig } from "../run-files/config.ts";
import { syntheticDefaults, trainOptionsSchema } from "../run-files/options.ts";
import { chosenOptions, recipes } from "../run-files/recipes.ts";
import { createRunFolder, runFolder } from "../run-files/run-folder.ts";
import { type OpenedRun, train } from "../train/train.ts";

await runCommand(async () => {
  const program = addOptions(new Command("npm run train --"), trainOptionsSchema)
    .description("Trains a captioner offline and leaves two LayersModels in the run's folder.")
    .addHelpText("after", `\nWithout --dataset: ${describeFlags(syntheticDefaults)}`)
    .addHelpText("after", describeRecipes)
    .parse();
  const run = await openRun(program.opts());
  const measures = Object.entries(await train(run));
  const figures = measures.map(([name, value]) => `${name} ${value.toFixed(4)}`);
  process.stdout.write(`validation, best epoch: ${figures.join(", ")}\n`);
  process.stdout.write(
    `How it went is in ${run.folder.report}.\nThe models are in ${run.folder.path}; next: npm run convert -- ${run.folder.path}\n`,
  );
});

function describeRecipes(): string {
  const lines = Object.entries(recipes).map(
    ([name, options]) => `\n--recipe ${name}: ${describeFlags(options)}`,
  );
  return lines.join("");
}

async function openRun(asked: Record<string, unknown>): Promise<OpenedRun> {
  if (typeof asked.resume === "string") return resumeRun(asked.resume, Object.keys(asked));
  if (asked.from !== undefined) refuseShapes(asked);
  const options = chosenOptions(asked);
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

/** Options that say what `--from` says already. */
const SHAPES = [
  "backbone",
  "decoder",
  "units",
  "embeddingSize",
  "featureSize",
  "attentionSize",
  "tied",
  "pixelRange",
  "imageSize",
];

/** @throws {UserError} `conflicting_options` for an option that changes the shape of what is there. */
function refuseShapes(asked: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(asked).filter(([key]) => SHAPES.includes(key));
  if (given.length === 0) return;
  throw new UserError(
    "conflicting_options",
    `--from keeps the network's shape: leave out ${describeFlags(Object.fromEntries(given))}.`,
  );
}

async function resumeRun(path: string, asked: readonly string[]): Promise<OpenedRun> {
  const others = asked.filter((key) => key !== "resume").map((key) => [key, true] as const);
  if (others.length > 0) {
    throw new UserError(
      "conflicting_options",
      `--resume keeps all options of the run: leave out ${describeFlags(Object.fromEntries(others))}.`,
    );
  }
  const folder = runFolder(path);
  const { options, command } = await readResumableConfig(folder);
  return { options, folder, command, resumed: true };
}
