import { perMeasure } from "../../metrics/index.ts";
import type { GapMeasures } from "../../run-files/log.ts";
import { sampleRows } from "../../run-files/report/choose.ts";
import { saveShownImages } from "../../run-files/shown-images.ts";
import { rowsOf, type SetRows, type SplitImages } from "../features/split-images.ts";
import type { UnrolledNetwork } from "../model/unrolled.ts";
import { collectShownImages } from "../report/shown-images.ts";
import type { Training } from "../training.ts";
import { type Evaluation, measure, type SplitMeasures } from "./evaluation.ts";
import { GapMeter } from "./gap.ts";
import { captionRows } from "./greedy-captions.ts";
import { type StatesOf, wholeImageStates } from "./image-states.ts";
import { trainingSample } from "./training-sample.ts";

/** The evaluation of an epoch. */
export interface EpochEvaluation extends Evaluation {
  /** The measures of each data set, by its name. */
  readonly sets: Readonly<Record<string, SplitMeasures>>;
  readonly gap: GapMeasures | undefined;
  /** Captions of the images that the report follows, by their ids. */
  readonly samples: Readonly<Record<string, string>>;
}

/** Evaluates a network with the weights that it has at the moment. */
export class Evaluator {
  readonly #training: Training;
  readonly #network: UnrolledNetwork;
  readonly #gap: GapMeter;

  constructor(training: Training, network: UnrolledNetwork) {
    this.#training = training;
    this.#network = network;
    this.#gap = new GapMeter(training, network);
  }

  /**
   * Captions and measures the validation images, and measures the gap to the training images.
   *
   * @param trainStates - image states of rows of the training split.
   * @param validationStates - image states of rows of the validation split.
   */
  async evaluate(trainStates: StatesOf, validationStates: StatesOf): Promise<EpochEvaluation> {
    const { validation } = this.#training;
    const captions: string[][] = [];
    const sets: Record<string, SplitMeasures> = {};
    for (const set of validation.sets) {
      const evaluation = await this.#captionAndMeasure(validation, rowsOf(set), validationStates);
      captions.push(...evaluation.captions.map((words) => [...words]));
      sets[set.name] = evaluation.values;
    }
    const gap = await this.#gap.measure(trainStates, validationStates);
    const values = meanMeasures(Object.values(sets));
    return { captions, values, sets, gap, samples: this.#samples(captions) };
  }

  /** Saves the validation images that the report shows, with the attention of each word. */
  async keepShownImages({ captions }: Evaluation, states: StatesOf): Promise<void> {
    const { vocabulary, validation, folder, options } = this.#training;
    const { ids, words } = validation;
    const shown = await collectShownImages(
      { network: this.#network, vocabulary },
      validation,
      { ids, candidates: captions, references: words },
      states,
      options.seed,
    );
    await saveShownImages(folder, shown);
  }

  /**
   * Measures the weights that a run saved, on the validation images and on a sample of the training
   * images.
   *
   * @returns the measures of the validation images; of several data sets the mean.
   */
  async measureRun(): Promise<SplitMeasures> {
    const { options, train, validation } = this.#training;
    const measures: SplitMeasures[] = [];
    for (const [index, set] of validation.sets.entries()) {
      const held = await this.#measure("validation", set, validation, rowsOf(set));
      const trained = train.sets[index] ?? set;
      const rows = trainingSample(options.seed, trained.count).map((row) => trained.first + row);
      const sample = await this.#measure(`train-${rows.length}`, set, train, rows);
      const [training, unseen] = [sample, held].map((values) => values["CIDEr-D"].toFixed(4));
      process.stdout.write(
        `${set.name}: CIDEr-D of ${rows.length} training images ${training}, of the validation images ${unseen}\n`,
      );
      measures.push(held);
    }
    return meanMeasures(measures);
  }

  async #measure(
    name: string,
    set: SetRows,
    split: SplitImages,
    rows: readonly number[],
  ): Promise<SplitMeasures> {
    const states = wholeImageStates(this.#network, split);
    const { values } = await this.#captionAndMeasure(split, rows, states);
    const images = rows.length;
    this.#training.log.write({ event: "measure", split: name, set: set.name, images, values });
    return values;
  }

  async #captionAndMeasure(
    split: SplitImages,
    rows: readonly number[],
    statesOf: StatesOf,
  ): Promise<Evaluation> {
    const { vocabulary, options } = this.#training;
    const writer = { network: this.#network, vocabulary, options };
    const captions = await captionRows(writer, rows, statesOf, split.starts);
    const references = rows.map((row) => split.words[row] ?? []);
    return { captions, values: measure(captions, references) };
  }

  #samples(captions: Evaluation["captions"]): Record<string, string> {
    const { validation, options } = this.#training;
    const rows = sampleRows(options.seed, captions.length);
    return Object.fromEntries(
      rows.map((row) => [validation.ids[row] ?? "", captions[row]?.join(" ") ?? ""]),
    );
  }
}

/** Returns the mean of each measure over data sets. */
function meanMeasures(sets: readonly SplitMeasures[]): SplitMeasures {
  const mean = (of: (values: SplitMeasures) => number) =>
    sets.reduce((sum, values) => sum + of(values), 0) / sets.length;
  return {
    ...perMeasure((name) => mean((values) => values[name])),
    distinct: mean(({ distinct }) => distinct),
  };
}
