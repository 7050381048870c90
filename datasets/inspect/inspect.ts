import type { KnownPictures } from "../cleaning/picture-rules.ts";
import { type CaptionedImage, type Dataset, SPLIT_NAMES } from "../dataset.ts";
import { examinePictures } from "../pictures/index.ts";
import { loadLanguageDetector } from "../text/language.ts";
import { lengthsOf, vocabularyOf } from "./distributions.ts";
import { captionFindings, type NoticedLengths } from "./findings/captions.ts";
import { ordered } from "./findings/finding.ts";
import { imageFindings } from "./findings/images.ts";
import { recordedFindings } from "./findings/recorded.ts";
import { splitFindings } from "./findings/splits.ts";
import { wordFindings } from "./findings/words.ts";
import type { Inspection } from "./inspection.ts";
import { sizeOf, splitSizes, whatIsKept } from "./keep.ts";
import { type InspectOptions, noticed } from "./options.ts";
import { surveyCaptions } from "./survey.ts";

/** Hears how many pictures have been looked at. */
export type Progress = (done: number, total: number) => void;

/** Looks at every picture and every caption of a data set. */
export async function inspectDataset(
  dataset: Dataset,
  path: string,
  options: InspectOptions,
  progress: Progress,
): Promise<Inspection> {
  const begun = { time: performance.now(), cpu: process.cpuUsage() };
  const images = allImages(dataset);
  const pictures = await lookAt(images, progress);
  const survey = surveyCaptions(images);
  const detector = await loadLanguageDetector();
  const main = detector.main(survey.captions.map(({ caption }) => caption));
  const findings = [
    ...recordedFindings(dataset),
    ...imageFindings(images, pictures, options.minimumSide ?? noticed.minimumSide),
    ...captionFindings(survey, noticedLengths(options), { detector, main }),
    ...wordFindings(survey, main),
    ...splitFindings(dataset, pictures),
  ];
  const { name, format, found, unassigned } = dataset;
  return {
    version: 1,
    dataset: { name, path, format, found },
    images: images.length,
    captions: survey.captions.length,
    splits: splitSizes(dataset),
    unassigned: sizeOf(unassigned),
    ...(main === undefined ? {} : { language: main }),
    findings: ordered(findings),
    lengths: lengthsOf(survey),
    vocabulary: vocabularyOf(survey),
    keep: await whatIsKept(dataset, pictures, options),
    ...spent(begun),
  };
}

/** A bound that is asked for is the one to look at. */
function noticedLengths({ minimumWords, maximumWords }: InspectOptions): NoticedLengths {
  return {
    minimumWords: minimumWords ?? noticed.minimumWords,
    maximumWords: maximumWords ?? noticed.maximumWords,
  };
}

/** Every image that has captions, once, in whatever splits it is. */
function allImages({ splits, unassigned }: Dataset): CaptionedImage[] {
  return [...new Set([...SPLIT_NAMES.flatMap((name) => splits[name]), ...unassigned])];
}

async function lookAt(
  images: readonly CaptionedImage[],
  progress: Progress,
): Promise<KnownPictures> {
  const paths = images.flatMap(({ path }) => path ?? []);
  const facts = await examinePictures(paths, (done) => progress(done, paths.length));
  return new Map(facts.map((picture) => [picture.path, picture]));
}

function spent({ time, cpu }: { readonly time: number; readonly cpu: NodeJS.CpuUsage }) {
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - time) / 1000, cpuSeconds: (user + system) / 1e6 };
}
