/**
 * `npm run evaluate`: captions a split of a data set with the released bundle, and measures it.
 */

import { Command } from "commander";
import { Captioner } from "../core/captioner.ts";
import { UserError } from "../core/errors.ts";
import type { CaptionedImage, Dataset, SplitName } from "../datasets/dataset.ts";
import { openDataset } from "../datasets/formats/index.ts";
import { tokenizeCaption } from "../metrics/index.ts";
import { readBundle } from "../node/bundle.ts";
import { runCommand } from "../node/cli/command.ts";
import { writeOutput } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { type Agreement, agreementWith } from "./evaluate/agreement.ts";
import { captionSplit, type WrittenCaption } from "./evaluate/caption-split.ts";
import { type EvaluateOptions, evaluateOptionsSchema } from "./evaluate/options.ts";
import { type EvaluationReport, reportOn } from "./evaluate/report.ts";
import { reportTable } from "./evaluate/table.ts";

await runCommand(async () => {
  const options = readOptions();
  const dataset = await openDataset(options.dataset, options.format);
  const images = imagesOf(dataset, options.split);
  const captioner = new Captioner(await readBundle(options.model));
  const other = options.against && new Captioner(await readBundle(options.against));
  process.stderr.write(`${dataset.found}\n`);
  const written = await captionSplit(captioner, images, options.beam);
  const report = {
    ...evaluate(options, dataset, captioner, written),
    ...(other ? { against: await compared(other, { captioner, written }, options, images) } : {}),
  };
  process.stdout.write(`${reportTable(report)}\n`);
  await save(options.results, cocoResults(written));
  await save(options.json, report);
});

function readOptions(): EvaluateOptions {
  const command = new Command("npm run evaluate --")
    .description("Captions a split with the released model, and measures the captions.")
    .addHelpText("after", "\nSee docs/metrics.md for what is measured and how.");
  return parseOptions(
    evaluateOptionsSchema,
    addOptions(command, evaluateOptionsSchema).parse().opts(),
  );
}

function imagesOf(dataset: Dataset, split: SplitName): readonly CaptionedImage[] {
  const images = dataset.splits[split];
  if (images.length > 0) return images;
  throw new UserError(
    "empty_split",
    `The ${split} split of ${dataset.name} is empty: are its list and its images there?`,
  );
}

function evaluate(
  options: EvaluateOptions,
  dataset: Dataset,
  captioner: Captioner,
  written: readonly WrittenCaption[],
): EvaluationReport {
  const { name, version } = captioner.bundle.manifest;
  const evaluation = {
    model: { name, version },
    dataset: dataset.name,
    split: options.split,
    beam: options.beam,
  };
  return reportOn(evaluation, {
    // Split anew, so that `npm run score` on the written results gives the same values.
    candidates: written.map(({ words }) => tokenizeCaption(words.join(" "))),
    references: dataset.splits[options.split].map(tokenizedCaptions),
    trainingCaptions: dataset.splits.train.flatMap(tokenizedCaptions),
  });
}

function compared(
  other: Captioner,
  ours: { captioner: Captioner; written: readonly WrittenCaption[] },
  { beam }: EvaluateOptions,
  images: readonly CaptionedImage[],
): Promise<Agreement> {
  const references = images.map(tokenizedCaptions);
  return agreementWith(other, ours, images, { beam, references });
}

function tokenizedCaptions({ captions }: CaptionedImage) {
  return captions.map(tokenizeCaption);
}

/** COCO's results format; captions are in lower case and without punctuation. */
function cocoResults(written: readonly WrittenCaption[]) {
  return written.map(({ id, words }) => ({ image_id: id, caption: words.join(" ") }));
}

async function save(path: string | undefined, content: unknown): Promise<void> {
  if (path !== undefined) await writeOutput(path, `${JSON.stringify(content, null, 2)}\n`);
}
