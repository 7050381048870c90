/**
 * `npm run evaluate`: captions a split of one or more data sets with a bundle, and measures it.
 *
 * @module
 */
import { Captioner } from "../core/captioner.ts";
import { UserError } from "../core/errors.ts";
import type { CaptionedImage, SplitName } from "../datasets/dataset.ts";
import { type JoinedDataset, openDatasets } from "../datasets/joined.ts";
import { type Caption, tokenizeCaption } from "../metrics/index.ts";
import { readBundle } from "../node/bundle.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeOutput } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { agreementWith } from "./evaluate/agreement.ts";
import { captionSplit, type WrittenCaption } from "./evaluate/caption-split.ts";
import { measureNeutrality } from "./evaluate/neutral.ts";
import { type EvaluateOptions, evaluateOptionsSchema } from "./evaluate/options.ts";
import { type EvaluationReport, reportOn } from "./evaluate/report.ts";
import { captionStyle } from "./evaluate/styles.ts";
import { reportTable } from "./evaluate/table.ts";

/** A data set to caption in one style. */
interface Task {
  readonly name: string;
  readonly images: readonly CaptionedImage[];
  readonly style: string | undefined;
  /** The style of the model that is compared, where there is one. */
  readonly otherStyle: string | undefined;
}

await runCommand(async () => {
  const options = readOptions();
  const dataset = await openDatasets(options.dataset, options);
  refuseEmpty(dataset, options.split);
  const captioner = new Captioner(await readBundle(options.model));
  const other = options.against ? new Captioner(await readBundle(options.against)) : undefined;
  const tasks = tasksOf(dataset, options, captioner, other);
  process.stderr.write(`${dataset.found}\n`);
  const trainingCaptions = dataset.splits.train.flatMap(tokenizedCaptions);
  const reports: EvaluationReport[] = [];
  const results: WrittenCaption[] = [];
  for (const task of tasks) {
    const { report, written } = await evaluate(task, options, {
      captioner,
      other,
      trainingCaptions,
    });
    process.stdout.write(`${reports.length === 0 ? "" : "\n"}${reportTable(report)}\n`);
    reports.push(report);
    results.push(...written);
  }
  await save(options.results, cocoResults(results));
  await save(options.json, reports.length === 1 ? reports[0] : { evaluations: reports });
});

function readOptions(): EvaluateOptions {
  const command = createCommand(
    "npm run evaluate --",
    "Captions a split of data sets with a model, and measures the captions.",
  ).addHelpText("after", "\nSee docs/metrics.md for the measures and how they are computed.");
  return parseOptions(
    evaluateOptionsSchema,
    addOptions(command, evaluateOptionsSchema).parse().opts(),
  );
}

/** @throws {UserError} `empty_split` */
function refuseEmpty(dataset: JoinedDataset, split: SplitName): void {
  const empty = dataset.sets.find((set) => imagesOf(dataset, split, set.name).length === 0);
  if (empty === undefined) return;
  const name = dataset.sets.length === 1 ? dataset.name : empty.name;
  throw new UserError(
    "empty_split",
    `The ${split} split of ${name} is empty: are its list and its images there?`,
  );
}

function imagesOf(dataset: JoinedDataset, split: SplitName, set: string): CaptionedImage[] {
  return dataset.splits[split].filter((image) => dataset.setOf(image).name === set);
}

/**
 * Returns each data set with each style that its captions are wanted in, without repetitions.
 *
 * @throws {UserError} `unknown_style`; `conflicting_options` for results in several styles.
 */
function tasksOf(
  dataset: JoinedDataset,
  { split, inStyle, results }: EvaluateOptions,
  captioner: Captioner,
  other: Captioner | undefined,
): Task[] {
  const tasks = dataset.sets.flatMap(({ name }) => {
    const images = imagesOf(dataset, split, name);
    const styles = new Map(
      inStyle.map((wanted) => [
        captionStyle(captioner.bundle, name, wanted),
        other && captionStyle(other.bundle, name, wanted),
      ]),
    );
    const title = dataset.sets.length === 1 ? dataset.name : name;
    return [...styles].map(([style, otherStyle]) => ({ name: title, images, style, otherStyle }));
  });
  if (results !== undefined && tasks.length > dataset.sets.length) {
    throw new UserError(
      "conflicting_options",
      "--results holds one caption an image: name one style by --in-style.",
    );
  }
  return tasks;
}

interface Models {
  readonly captioner: Captioner;
  readonly other: Captioner | undefined;
  readonly trainingCaptions: readonly Caption[];
}

async function evaluate(
  { name, images, style, otherStyle }: Task,
  { split, beam, neutral }: EvaluateOptions,
  { captioner, other, trainingCaptions }: Models,
): Promise<{ report: EvaluationReport; written: WrittenCaption[] }> {
  const written = await captionSplit(captioner, images, { beam, style });
  const references = images.map(tokenizedCaptions);
  const { manifest } = captioner.bundle;
  const measured = reportOn(
    {
      model: { name: manifest.name, version: manifest.version },
      dataset: name,
      ...(style === undefined ? {} : { style }),
      split,
      beam,
    },
    {
      // Tokenised again, so that `npm run score` on the written results gives the same values.
      candidates: written.map(({ words }) => tokenizeCaption(words.join(" "))),
      references,
      trainingCaptions,
    },
  );
  const report = neutral
    ? { ...measured, neutral: measureNeutrality(written, references) }
    : measured;
  if (other === undefined) return { report, written };
  const against = await agreementWith(
    { captioner: other, style: otherStyle },
    { captioner, style },
    { images, written, references },
    beam,
  );
  return { report: { ...report, against }, written };
}

function tokenizedCaptions({ captions }: CaptionedImage) {
  return captions.map(tokenizeCaption);
}

/** Returns COCO's results format; captions are in lower case and without punctuation. */
function cocoResults(written: readonly WrittenCaption[]) {
  return written.map(({ id, words }) => ({ image_id: id, caption: words.join(" ") }));
}

async function save(path: string | undefined, content: unknown): Promise<void> {
  if (path !== undefined) await writeOutput(path, `${JSON.stringify(content, null, 2)}\n`);
}
