import { bleuScores, sumBleuStatistics } from "../../metrics/bleu.ts";
import {
  bootstrap,
  bootstrapDefaults,
  type Caption,
  type Interval,
  type MeasureName,
  type Measures,
  type MeasureValues,
  measure,
  measureIntervals,
  measureNames,
} from "../../metrics/index.ts";
import type { Agreement } from "./agreement.ts";
import { humanCeiling } from "./human-ceiling.ts";
import type { Neutrality } from "./neutral.ts";
import { describeWording, type Wording } from "./wording.ts";

/** The captioned images, and the model that captioned them. */
export interface Evaluation {
  readonly model: { readonly name: string; readonly version: string };
  readonly dataset: string;
  /** Style of the captions; absent for a model without styles. */
  readonly style?: string;
  readonly split: string;
  readonly beam: number;
}

/** A value with its bootstrap interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

export interface EvaluationReport extends Evaluation {
  readonly images: number;
  readonly references: number;
  /** How the intervals were drawn. */
  readonly bootstrap: typeof bootstrapDefaults;
  readonly measures: Readonly<Record<MeasureName, Estimate>>;
  /** BLEU-1 to BLEU-4 as papers of 2015 print them. */
  readonly bleuWithoutBrevityPenalty: readonly Estimate[];
  /** Each reference scored against the image's others; absent if an image has only one. */
  readonly human?: MeasureValues;
  readonly captions: Wording;
  /** What `neutral` costs and gives; absent without `--neutral`. */
  readonly neutral?: Neutrality;
  /** Agreement with another model; absent if none was named. */
  readonly against?: Agreement;
}

/** The captions of a split with their references, image by image. */
interface EvaluatedCaptions {
  readonly candidates: readonly Caption[];
  readonly references: readonly (readonly Caption[])[];
  readonly trainingCaptions: Iterable<Caption>;
}

/** Measures the captions of a split. */
export function reportOn(
  evaluation: Evaluation,
  { candidates, references, trainingCaptions }: EvaluatedCaptions,
): EvaluationReport {
  const measures = measure(candidates, references);
  const human = humanCeiling(references);
  return {
    ...evaluation,
    images: candidates.length,
    references: references.flat().length,
    bootstrap: bootstrapDefaults,
    measures: estimates(measures),
    bleuWithoutBrevityPenalty: bleuWithoutBrevityPenalty(measures),
    ...(human === undefined ? {} : { human }),
    captions: describeWording(candidates, references, trainingCaptions),
  };
}

function estimates(measures: Measures): Readonly<Record<MeasureName, Estimate>> {
  const intervals = measureIntervals(measures);
  return Object.fromEntries(
    measureNames.map((name) => [name, { value: measures.corpus[name], ...intervals[name] }]),
  ) as Record<MeasureName, Estimate>;
}

function bleuWithoutBrevityPenalty({ bleu }: Measures): Estimate[] {
  return bleu.corpusWithoutBrevityPenalty.map((value, order) => {
    const interval = bootstrap(bleu.statistics.length, (sample) => {
      const drawn = Array.from(sample, (index) => bleu.statistics[index]);
      const total = sumBleuStatistics(drawn.filter((image) => image !== undefined));
      return bleuScores(total, { brevityPenalty: false })[order] ?? Number.NaN;
    });
    return { value, ...interval };
  });
}
