import { type Bleu, type BleuScores, bleu, bleuScores, sumBleuStatistics } from "./bleu.ts";
import { type Caption, mean, type Score } from "./caption.ts";
import { cider } from "./cider.ts";
import { rougeL } from "./rouge.ts";

/** The names of the measures, in the order of tables. */
export const measureNames = ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr-D"] as const;

/** One of {@link measureNames}. */
export type MeasureName = (typeof measureNames)[number];

/** A value for each measure, of a set of images. */
export type MeasureValues = Readonly<Record<MeasureName, number>>;

/** Returns the results of a function for each measure, by the measures' names. */
export function perMeasure<T>(of: (name: MeasureName) => T): Record<MeasureName, T> {
  return {
    "BLEU-1": of("BLEU-1"),
    "BLEU-2": of("BLEU-2"),
    "BLEU-3": of("BLEU-3"),
    "BLEU-4": of("BLEU-4"),
    "ROUGE-L": of("ROUGE-L"),
    "CIDEr-D": of("CIDEr-D"),
  };
}

/** All measures of a set of images. */
export interface Measures {
  readonly corpus: MeasureValues;
  readonly bleu: Bleu;
  readonly rougeL: Score;
  readonly cider: Score;
}

/**
 * Scores one candidate an image against the references of that image.
 *
 * @param candidates - `[N]`, one caption an image
 * @param references - `[N]`, at least one caption an image, in the same order
 * @throws {RangeError} when the lengths differ, or an image has no reference
 */
export function measure(
  candidates: readonly Caption[],
  references: readonly (readonly Caption[])[],
): Measures {
  const parts = {
    bleu: bleu(candidates, references),
    rougeL: rougeL(candidates, references),
    cider: cider(candidates, references),
  };
  return {
    corpus: named(parts.bleu.corpus, parts.rougeL.corpus, parts.cider.corpus),
    ...parts,
  };
}

/**
 * Computes the measures of a sample of the images, in which an image may occur several times.
 *
 * BLEU is recomputed from the sample's counts. CIDEr-D keeps the document frequencies of the whole
 * set: those of the sample would treat an image that was drawn twice as two images that agree.
 *
 * @param sample - indices of images
 */
export function measureSample(measures: Measures, sample: Iterable<number>): MeasureValues {
  const indices = [...sample];
  const pick = <T>(perImage: readonly T[]) =>
    indices.map((index) => perImage[index]).filter((value) => value !== undefined);
  return named(
    bleuScores(sumBleuStatistics(pick(measures.bleu.statistics))),
    mean(pick(measures.rougeL.perImage)),
    mean(pick(measures.cider.perImage)),
  );
}

function named(bleuValues: BleuScores, rougeValue: number, ciderValue: number): MeasureValues {
  return {
    "BLEU-1": bleuValues[0],
    "BLEU-2": bleuValues[1],
    "BLEU-3": bleuValues[2],
    "BLEU-4": bleuValues[3],
    "ROUGE-L": rougeValue,
    "CIDEr-D": ciderValue,
  };
}
