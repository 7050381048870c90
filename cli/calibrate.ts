/**
 * `npm run calibrate`: fits the confidence of a bundle's captions, and writes it into the bundle's
 * manifest.
 */

import { join } from "node:path";
import { type Manifest, manifestFileName, parseManifest } from "../core/bundle/manifest.ts";
import { Captioner } from "../core/captioner.ts";
import { UserError } from "../core/errors.ts";
import { openDataset } from "../datasets/formats/index.ts";
import { datasetShares } from "../datasets/joined.ts";
import { readBundle } from "../node/bundle.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import {
  type CaptionedSet,
  captionNonPhotographs,
  captionSet,
  type ImageSet,
  type Search,
} from "./calibrate/caption-sets.ts";
import { nonPhotographs } from "./calibrate/non-photographs.ts";
import { type CalibrateOptions, calibrateOptionsSchema } from "./calibrate/options.ts";
import { calibrate } from "./calibrate/report.ts";
import { reportTable } from "./calibrate/table.ts";

/** The search that the model is fitted for, then those that are only measured. */
const GREEDY: Search = { name: "greedy search", options: {} };
const OTHER_SEARCHES: readonly Search[] = [
  { name: "beam search of 3", options: { beamSize: 3 } },
  { name: "at most 8 words", options: { maximumLength: 8 } },
];

await runCommand(async () => {
  const { folder, options } = readOptions();
  const captioner = new Captioner(await readBundle(folder));
  const { manifest, vocabulary } = captioner.bundle;
  const imageSets = await openSets(options);
  for (const style of options.style ?? []) vocabulary.startToken(style);
  const searches = options.otherSearches ? [GREEDY, ...OTHER_SEARCHES] : [GREEDY];
  const sets: CaptionedSet[] = [];
  for (const set of imageSets) sets.push(await captionSet(captioner, set, searches));
  const drawn = nonPhotographs(options.nonPhotographs);
  const report = calibrate({
    model: { name: manifest.name, version: manifest.version },
    sets,
    searches,
    nonPhotographs: await captionNonPhotographs(captioner, drawn, stylesOf(sets)),
  });
  process.stdout.write(`${reportTable(report)}\n`);
  if (options.json) await writeAtomically(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.html) {
    // Plots take long to load, and few calls draw them.
    const { reportPage } = await import("./calibrate/page.ts");
    await writeAtomically(options.html, await reportPage(report));
  }
  if (options.dryRun) return;
  const { styles } = vocabulary;
  await writeManifest(folder, {
    ...manifest,
    ...(styles.length === 0 ? {} : { styles: [...styles] }),
    confidence: report.confidence,
  });
});

/** Returns each style of the sets once; the default style, as undefined, for sets that name none. */
function stylesOf(sets: readonly CaptionedSet[]): (string | undefined)[] {
  return [...new Set(sets.map(({ style }) => style))];
}

function readOptions(): { folder: string; options: CalibrateOptions } {
  const command = createCommand(
    "npm run calibrate --",
    "Fits the confidence of a bundle's captions, and writes it into the bundle.",
  )
    .argument("<bundle>", "the bundle's folder, such as model")
    .addHelpText("after", "\nSee docs/confidence.md for what is fitted and how it is measured.");
  addOptions(command, calibrateOptionsSchema).parse();
  const options = parseOptions(calibrateOptionsSchema, command.opts());
  return { folder: command.args[0] ?? "", options };
}

/** @throws {UserError} `conflicting_options`, `empty_split`, `too_few_captions` */
async function openSets({ dataset, style, format }: CalibrateOptions): Promise<ImageSet[]> {
  datasetShares(dataset, { style });
  const sets: ImageSet[] = [];
  for (const [index, folder] of dataset.entries()) {
    const { name, splits, found } = await openDataset(folder, format);
    process.stderr.write(`${found}\n`);
    checkImages(name, splits.validation);
    const ofSet = style?.[index];
    sets.push({
      dataset: name,
      ...(ofSet === undefined ? {} : { style: ofSet }),
      images: splits.validation,
    });
  }
  return sets;
}

function checkImages(name: string, images: ImageSet["images"]): void {
  if (images.length === 0) {
    throw new UserError(
      "empty_split",
      `The validation split of ${name} is empty: are its list and its images there?`,
    );
  }
  const single = images.find(({ captions }) => captions.length < 2);
  if (single) {
    throw new UserError(
      "too_few_captions",
      `The image ${single.id} of ${name} has fewer than two captions: calibration compares people's captions of the same image.`,
    );
  }
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestFileName);
  await writeAtomically(path, `${JSON.stringify(parseManifest(manifest), null, 2)}\n`);
  process.stdout.write(`The calibration is in ${path}.\n`);
}
