import type { FactsByPath } from "../cleaning/image-rules.ts";
import { type CaptionedImage, type Dataset, SPLIT_NAMES } from "../dataset.ts";
import { examineImages } from "../images/index.ts";
import type { JoinedDataset } from "../joined.ts";
import { loadLanguageDetector } from "../text/language.ts";
import { lengthsOf, vocabularyOf } from "./distributions.ts";
import { captionFindings, type NoticedLengths } from "./findings/captions.ts";
import { ordered } from "./findings/finding.ts";
import { imageFindings } from "./findings/images.ts";
import { recordedFindings } from "./findings/recorded.ts";
import { splitFindings } from "./findings/splits.ts";
import { wordsOnce } from "./findings/words.ts";
import type { Inspection } from "./inspection.ts";
import { sizeOf, splitSizes, whatIsKept } from "./keep.ts";
import { type InspectOptions, NOTICED } from "./options.ts";
import { surveyCaptions } from "./survey.ts";

/** Receives how many images have been examined. */
export type Progress = (done: number, total: number) => void;

/**
 * Examines every image and every caption of data sets.
 *
 * @param paths - the folders of the sets, in their order.
 */
export async function inspectDataset(
  dataset: JoinedDataset,
  paths: readonly string[],
  options: InspectOptions,
  progress: Progress,
): Promise<Inspection> {
  const begun = { time: performance.now(), cpu: process.cpuUsage() };
  const images = allImages(dataset);
  const facts = await examine(images, progress);
  const survey = surveyCaptions(images);
  const detector = await loadLanguageDetector();
  const main = detector.main(survey.captions.map(({ caption }) => caption));
  const findings = [
    ...recordedFindings(dataset),
    ...imageFindings(images, facts, options.minimumSide ?? NOTICED.minimumSide),
    ...captionFindings(survey, noticedLengths(options), { detector, main }),
    wordsOnce(survey),
    ...splitFindings(dataset, facts),
  ];
  const { name, format, found, unassigned } = dataset;
  return {
    version: 1,
    dataset: { name, path: paths.join(" + "), format, found },
    sets: setSizes(dataset, paths),
    images: images.length,
    captions: survey.captions.length,
    splits: splitSizes(dataset),
    unassigned: sizeOf(unassigned),
    ...(main === undefined ? {} : { language: main }),
    findings: ordered(findings),
    lengths: lengthsOf(survey),
    vocabulary: vocabularyOf(survey),
    keep: await whatIsKept(dataset, facts, options),
    ...spent(begun),
  };
}

/** Returns the bounds of the rules that are set, else the usual ones. */
function noticedLengths({ minimumWords, maximumWords }: InspectOptions): NoticedLengths {
  return {
    minimumWords: minimumWords ?? NOTICED.minimumWords,
    maximumWords: maximumWords ?? NOTICED.maximumWords,
  };
}

/** Returns every image with captions once, also one that is in several splits. */
function allImages({ splits, unassigned }: Dataset): CaptionedImage[] {
  return [...new Set([...SPLIT_NAMES.flatMap((name) => splits[name]), ...unassigned])];
}

/** Returns the sizes of each data set's splits. */
function setSizes(dataset: JoinedDataset, paths: readonly string[]): Inspection["sets"] {
  return dataset.sets.map((set, index) => {
    const own = (images: readonly CaptionedImage[]) =>
      images.filter((image) => dataset.setOf(image) === set);
    const { train, validation, test } = dataset.splits;
    const splits = { train: own(train), validation: own(validation), test: own(test) };
    return { name: set.name, path: paths[index] ?? "", splits: splitSizes({ splits }) };
  });
}

async function examine(
  images: readonly CaptionedImage[],
  progress: Progress,
): Promise<FactsByPath> {
  const paths = images.flatMap(({ path }) => path ?? []);
  const facts = await examineImages(paths, (done) => progress(done, paths.length));
  return new Map(facts.map((image) => [image.path, image]));
}

function spent({ time, cpu }: { readonly time: number; readonly cpu: NodeJS.CpuUsage }) {
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - time) / 1000, cpuSeconds: (user + system) / 1e6 };
}
