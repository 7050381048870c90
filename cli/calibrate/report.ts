import type { ConfidenceModel } from "../../core/confidence/schema.ts";
import { mean } from "../../metrics/caption.ts";
import type { Interval } from "../../metrics/index.ts";
import type { CaptionedSet, Search } from "./caption-sets.ts";
import { crossValidate, type Example, fitConfidence, type OutOfFold } from "./cross-validation.ts";
import {
  areaUnderRoc,
  calibrationError,
  calibrationInterval,
  type Judged,
  lowestThreshold,
  type ReliabilityBin,
  reliabilityBins,
  type ThresholdRow,
  thresholdTable,
} from "./figures.ts";

/** The share of the captions kept by the default threshold that must fit. */
export const WANTED_SHARE = 0.8;

/** The quality of the confidence, each caption judged by a model that was not fitted on its image. */
export interface Figures {
  readonly images: number;
  /** The share of the captions that fit. */
  readonly fits: number;
  readonly areaUnderRoc: number;
  /** Of the mean log-probability of the words alone. */
  readonly meanLogProbabilityAreaUnderRoc: number;
  readonly calibrationError: number;
  readonly calibrationInterval: Interval;
  readonly bins: readonly ReliabilityBin[];
  readonly thresholds: readonly ThresholdRow[];
}

/** The figures of a data set. */
interface SetFigures extends Figures {
  readonly dataset: string;
  readonly style?: string;
  /** The CIDEr-D that a caption must reach to fit. */
  readonly humanThreshold: number;
}

/** The confidence of a kind of images that are not photographs. */
interface KindFigures {
  readonly kind: string;
  readonly images: number;
  readonly meanConfidence: number;
  /** The share whose confidence reaches the default threshold; absent if there is none. */
  readonly kept?: number;
}

export interface CalibrationReport {
  readonly model: { readonly name: string; readonly version: string };
  readonly sets: readonly SetFigures[];
  /** All sets together, each image counted once. */
  readonly mix: Figures;
  readonly nonPhotographs: readonly KindFigures[];
  /** The lowest threshold at which enough captions fit; absent if there is none. */
  readonly threshold?: number;
  /** Other searches than the one that the model was fitted for, over all sets. */
  readonly otherSearches: readonly (Figures & { readonly name: string })[];
  readonly confidence: ConfidenceModel;
}

/** The data of a calibration. The first of the searches is the one that is fitted. */
interface CalibrationData {
  readonly model: CalibrationReport["model"];
  readonly sets: readonly CaptionedSet[];
  readonly searches: readonly Search[];
  readonly nonPhotographs: readonly Example[];
}

/** Fits the confidence and measures it on images that it was not fitted on. */
export function calibrate({
  model,
  sets,
  searches,
  nonPhotographs,
}: CalibrationData): CalibrationReport {
  const photographs = ofSearch(sets, 0);
  const examples = [...photographs, ...nonPhotographs];
  const outOfFold = crossValidate(examples);
  const mix = figures(photographs, outOfFold);
  const setFigures = sets.map(({ dataset, style, humanThreshold, searches: [fitted = []] }) => ({
    dataset,
    ...(style === undefined ? {} : { style }),
    humanThreshold,
    ...figures(fitted, outOfFold),
  }));
  const threshold = lowestThreshold(judge(photographs, outOfFold), WANTED_SHARE);
  const chosen = threshold === undefined ? {} : { threshold };
  const fitted = {
    sets: setFigures.map(({ dataset, style, images, areaUnderRoc, calibrationError }) => ({
      dataset,
      ...(style === undefined ? {} : { style }),
      images,
      areaUnderRoc,
      calibrationError,
    })),
    areaUnderRoc: mix.areaUnderRoc,
    calibrationError: mix.calibrationError,
  };
  return {
    model,
    sets: setFigures,
    mix,
    nonPhotographs: kindFigures(nonPhotographs, outOfFold, threshold),
    ...chosen,
    otherSearches: searches
      .slice(1)
      .map(({ name }, index) => ({ name, ...figures(ofSearch(sets, index + 1), outOfFold) })),
    confidence: { ...fitConfidence(examples), ...chosen, fitted },
  };
}

function ofSearch(sets: readonly CaptionedSet[], search: number): Example[] {
  return sets.flatMap(({ searches }) => searches[search] ?? []);
}

function judge(examples: readonly Example[], outOfFold: OutOfFold): Judged[] {
  return examples.map(({ id, evidence, fits }) => ({
    confidence: outOfFold(id, evidence),
    fits,
  }));
}

function figures(examples: readonly Example[], outOfFold: OutOfFold): Figures {
  const judged = judge(examples, outOfFold);
  const fits = examples.map((example) => example.fits);
  const logProbabilities = examples.map(({ evidence }) => mean(evidence.tokenLogProbabilities));
  return {
    images: examples.length,
    fits: mean(fits.map(Number)),
    areaUnderRoc: areaUnderRoc(
      judged.map(({ confidence }) => confidence),
      fits,
    ),
    meanLogProbabilityAreaUnderRoc: areaUnderRoc(logProbabilities, fits),
    calibrationError: calibrationError(judged),
    calibrationInterval: calibrationInterval(judged),
    bins: reliabilityBins(judged),
    thresholds: thresholdTable(judged),
  };
}

function kindFigures(
  examples: readonly Example[],
  outOfFold: OutOfFold,
  threshold: number | undefined,
): KindFigures[] {
  const confidences = new Map<string, number[]>();
  for (const { id, evidence } of examples) {
    const kind = id.slice(0, id.lastIndexOf("-"));
    const ofKind = confidences.get(kind) ?? [];
    ofKind.push(outOfFold(id, evidence));
    confidences.set(kind, ofKind);
  }
  return [...confidences].map(([kind, values]) => ({
    kind,
    images: values.length,
    meanConfidence: mean(values),
    ...(threshold === undefined
      ? {}
      : { kept: mean(values.map((value) => (value >= threshold ? 1 : 0))) }),
  }));
}
