/**
 * `npm run caption -- photo.jpg ...`: writes a table with a caption of each image.
 */

import { Captioner } from "../core/captioner.ts";
import { UserError } from "../core/errors.ts";
import { readBundle } from "../node/bundle.ts";
import { createCommand, reportUserError, runCommand } from "../node/cli/command.ts";
import { countOf } from "../node/cli/numbers.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { startProgress } from "../node/cli/progress.ts";
import { loadDecoders } from "../node/codecs.ts";
import { captionImage } from "./caption/caption-image.ts";
import { findImages } from "./caption/find-images.ts";
import { type CaptionCommand, captionCommandSchema } from "./caption/options.ts";
import { type Output, openOutput } from "./caption/output.ts";
import { formatOf } from "./caption/table.ts";

interface Counts {
  captioned: number;
  failed: number;
}

await runCommand(async () => {
  const command = createCommand(
    "npm run caption --",
    "Writes a caption of each image: JPEG, PNG, WebP, GIF or AVIF.",
  ).argument("<images...>", "files, folders with their subfolders, globs and URLs");
  addOptions(command, captionCommandSchema).parse();
  const options = parseOptions(captionCommandSchema, command.opts());

  const started = performance.now();
  const counts: Counts = { captioned: 0, failed: 0 };
  const images = await collectImages(command.args, counts);
  const format = options.format ?? (options.json ? "ndjson" : formatOf(options.output));
  const output = await openOutput(options.output, format);
  try {
    const left = images.filter((image) => !output.done.has(image));
    if (left.length > 0) await captionAll(left, output, options, counts);
    const skipped = images.length - left.length;
    const seconds = (performance.now() - started) / 1000;
    process.stderr.write(`${describeRun(counts, skipped, seconds)}\n`);
  } finally {
    await output.close();
  }
});

/** Lists the images of all arguments, each once, and reports arguments without images. */
async function collectImages(given: readonly string[], counts: Counts): Promise<string[]> {
  const images = new Set<string>();
  for (const argument of given) {
    await reporting(counts, async () => {
      for (const image of await findImages(argument)) images.add(image);
    });
  }
  return [...images];
}

async function captionAll(
  images: readonly string[],
  output: Output,
  options: CaptionCommand,
  counts: Counts,
): Promise<void> {
  const { model, style, minConfidence, output: file } = options;
  const captioner = new Captioner(await readBundle(model));
  const { manifest, vocabulary } = captioner.bundle;
  vocabulary.startToken(style);
  if (minConfidence !== undefined && manifest.confidence === undefined) {
    throw new UserError(
      "no_calibration",
      `The model in ${model} is not calibrated, so its captions have no confidence: run \`npm run calibrate -- ${model}\`, or leave --min-confidence out.`,
    );
  }
  const decoders = loadDecoders();
  const search = {
    beamSize: options.beam,
    maximumLength: options.maxLength,
    maximumCharacters: options.maxCharacters,
    neutral: options.neutral,
    minConfidence,
    ...(style === undefined ? {} : { style }),
  };
  // Without a file, the captions themselves show the progress.
  const progress =
    file === undefined ? undefined : startProgress("caption", images.length, "images");
  for (const [index, image] of images.entries()) {
    await reporting(counts, async () => {
      await output.write(await captionImage(image, captioner, decoders, search));
      counts.captioned++;
    });
    progress?.update(index + 1);
  }
  progress?.stop();
}

/** Prints and counts a user's mistake, so that one wrong image does not stop the others. */
async function reporting(counts: Counts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reportUserError(error);
    counts.failed++;
  }
}

function describeRun({ captioned, failed }: Counts, skipped: number, seconds: number): string {
  return [
    `${countOf(captioned, "image")} captioned in ${seconds.toFixed(1)} s`,
    ...(skipped > 0 ? [`${skipped} skipped, already in the output`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(", ");
}
