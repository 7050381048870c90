/**
 * `npm run inspect`: what is in a data set, what is wrong with it, and what training would keep.
 *
 * @module
 */
import { Command, Option } from "commander";
import { openDataset } from "../datasets/formats/index.ts";
import { htmlReport } from "../datasets/inspect/html-report.ts";
import { inspectDataset } from "../datasets/inspect/inspect.ts";
import type { Inspection } from "../datasets/inspect/inspection.ts";
import {
  type InspectOptions,
  inspectOptionsSchema,
  jsonOptionSchema,
} from "../datasets/inspect/options.ts";
import { textReport } from "../datasets/inspect/text-report.ts";
import { runCommand } from "../node/cli/command.ts";
import { writeOutput } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { startProgress } from "../node/cli/progress.ts";

/** Where lines of examples end when the output is no terminal. */
const usualWidth = 100;

await runCommand(async () => {
  const { directory, json, options } = readArguments();
  const dataset = await openDataset(directory, options.format);
  process.stderr.write(`${dataset.found}\n`);
  const inspection = await inspect(dataset, directory, options);
  const serialised = `${JSON.stringify(inspection, null, 2)}\n`;
  const text = `${textReport(inspection, process.stdout.columns ?? usualWidth)}\n`;
  process.stdout.write(json === true ? serialised : text);
  if (typeof json === "string") await save(json, serialised);
  if (options.html !== undefined) await save(options.html, await htmlReport(inspection, dataset));
});

function readArguments() {
  const command = addOptions(new Command("npm run inspect --"), inspectOptionsSchema)
    .argument("<directory>", "folder of the data set")
    .addOption(
      new Option(
        "--json [file]",
        "print one JSON object instead, or write it to the file that follows",
      ),
    )
    .description("Reports what is wrong with a data set, and what training would keep of it.")
    .addHelpText("after", "\nThe cleaning options are those of `npm run train`; see docs/data.md.")
    .parse();
  const { json, ...asked } = command.opts();
  return {
    directory: command.args[0] ?? "",
    json: jsonOptionSchema.parse(json),
    options: parseOptions(inspectOptionsSchema, asked),
  };
}

async function inspect(
  dataset: Parameters<typeof inspectDataset>[0],
  directory: string,
  options: InspectOptions,
): Promise<Inspection> {
  const images = Object.values(dataset.splits).flat().length + dataset.unassigned.length;
  const bar = startProgress("looking at", images, "pictures");
  try {
    return await inspectDataset(dataset, directory, options, (done) => bar.update(done));
  } finally {
    bar.stop();
  }
}

async function save(path: string, content: string): Promise<void> {
  await writeOutput(path, content);
  process.stderr.write(`written: ${path}\n`);
}
