/**
 * `npm run inspect`: reports the content and the faults of data sets, and the part that training would use.
 *
 * @module
 */
import { Option } from "commander";
import { UserError } from "../core/errors.ts";
import { htmlReport } from "../datasets/inspect/html-report.ts";
import { inspectDataset } from "../datasets/inspect/inspect.ts";
import type { Inspection } from "../datasets/inspect/inspection.ts";
import {
  type InspectOptions,
  inspectOptionsSchema,
  jsonOptionSchema,
} from "../datasets/inspect/options.ts";
import { textReport } from "../datasets/inspect/text-report.ts";
import { type JoinedDataset, openDatasets } from "../datasets/joined.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeOutput } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { startProgress } from "../node/cli/progress.ts";

/** Width of the report, in characters, where the output is not a terminal. */
const USUAL_WIDTH = 100;

await runCommand(async () => {
  const { folders, json, options } = readArguments();
  const dataset = await openDatasets(folders, options);
  process.stderr.write(`${dataset.found}\n`);
  const inspection = await inspect(dataset, folders, options);
  const serialised = `${JSON.stringify(inspection, null, 2)}\n`;
  const text = `${textReport(inspection, process.stdout.columns ?? USUAL_WIDTH)}\n`;
  process.stdout.write(json === true ? serialised : text);
  if (typeof json === "string") await save(json, serialised);
  if (options.html !== undefined) await save(options.html, await htmlReport(inspection, dataset));
});

/** @throws {UserError} `invalid_option`, also where no folder is named. */
function readArguments() {
  const command = addOptions(
    createCommand(
      "npm run inspect --",
      "Reports the faults of data sets, and what training would use of them.",
    ),
    inspectOptionsSchema,
  )
    .argument("[directory...]", "folder of the data set; several are inspected as one")
    .addOption(
      new Option(
        "--json [file]",
        "print one JSON object instead, or write it to the file that follows",
      ),
    )
    .addHelpText("after", "\nThe cleaning options are those of `npm run train`; see docs/data.md.")
    .parse();
  const { json, ...asked } = command.opts();
  const options = parseOptions(inspectOptionsSchema, asked);
  const folders = [...command.args, ...(options.dataset ?? [])];
  if (folders.length === 0) {
    throw new UserError("invalid_option", "Name the folder of a data set.");
  }
  return { folders, json: jsonOptionSchema.parse(json), options };
}

async function inspect(
  dataset: JoinedDataset,
  folders: readonly string[],
  options: InspectOptions,
): Promise<Inspection> {
  const images = Object.values(dataset.splits).flat().length + dataset.unassigned.length;
  const bar = startProgress("examining", images, "images");
  try {
    return await inspectDataset(dataset, folders, options, (done) => bar.update(done));
  } finally {
    bar.stop();
  }
}

async function save(path: string, content: string): Promise<void> {
  await writeOutput(path, content);
  process.stderr.write(`written: ${path}\n`);
}
