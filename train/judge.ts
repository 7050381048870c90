import { perMeasure } from "../metrics/index.ts";
import type { GapMeasures } from "../run-files/log.ts";
import { sampleRows } from "../run-files/report/choose.ts";
import { saveShownImages } from "../run-files/shown-images.ts";
import {
  captionRows,
  type Evaluation,
  measure,
  type SplitMeasures,
  type StatesOf,
} from "./evaluation.ts";
import type { SetRows, SplitPictures } from "./features/source.ts";
import { GapMeter } from "./gap.ts";
import type { UnrolledNetwork } from "./model/unrolled.ts";
import { lookAtImages } from "./report/look.ts";
import type { Training } from "./training.ts";
import { trainingSample, wholePictureStates } from "./training-sample.ts";

/** What weights came to after an epoch. */
export interface Judgement extends Evaluation {
  /** The measures of each data set, by its name. */
  readonly sets: Readonly<Record<string, SplitMeasures>>;
  readonly gap: GapMeasures | undefined;
  /** Captions of the pictures that the report follows, by their ids. */
  readonly samples: Readonly<Record<string, string>>;
}

/** Measures the network as its weights stand. */
export class Judge {
  readonly #training: Training;
  readonly #network: UnrolledNetwork;
  readonly #gap: GapMeter;

  constructor(training: Training, network: UnrolledNetwork) {
    this.#training = training;
    this.#network = network;
    this.#gap = new GapMeter(training, network);
  }

  /** Measures the validation images, and how far training images are ahead of them. */
  async judge(ofTrain: StatesOf, ofValidation: StatesOf): Promise<Judgement> {
    const { validation } = this.#training;
    const captions: string[][] = [];
    const sets: Record<string, SplitMeasures> = {};
    for (const set of validation.sets) {
      const evaluation = await this.#evaluate(validation, rowsOf(set), ofValidation);
      captions.push(...evaluation.captions.map((words) => [...words]));
      sets[set.name] = evaluation.values;
    }
    const gap = await this.#gap.measure(ofTrain, ofValidation);
    const values = meanMeasures(Object.values(sets));
    return { captions, values, sets, gap, samples: this.#samples(captions) };
  }

  /** Keeps what the report shows of the validation: pictures, and where the words looked. */
  async keepPictures({ captions }: Evaluation, states: StatesOf): Promise<void> {
    const { vocabulary, validation, folder, options } = this.#training;
    const { ids, words } = validation;
    const shown = await lookAtImages(
      { network: this.#network, vocabulary },
      validation,
      { ids, candidates: captions, references: words },
      states,
      options.seed,
    );
    await saveShownImages(folder, shown);
  }

  /**
   * Measures the weights that a run leaves behind: the validation images, and training images, for
   * the gap between them.
   *
   * @returns the measures of the validation images; of several data sets the mean.
   */
  async measureRun(): Promise<SplitMeasures> {
    const { options, train, validation } = this.#training;
    const held: SplitMeasures[] = [];
    for (const [index, set] of validation.sets.entries()) {
      const own = await this.#measure("validation", set, validation, rowsOf(set));
      const learning = train.sets[index] ?? set;
      const rows = trainingSample(options.seed, learning.count).map((row) => learning.first + row);
      const learnt = await this.#measure(`train-${rows.length}`, set, train, rows);
      const [ofTraining, ofValidation] = [learnt, own].map((it) => it["CIDEr-D"].toFixed(4));
      process.stdout.write(
        `${set.name}: CIDEr-D of ${rows.length} training images ${ofTraining}, of the validation images ${ofValidation}\n`,
      );
      held.push(own);
    }
    return meanMeasures(held);
  }

  async #measure(
    name: string,
    set: SetRows,
    split: SplitPictures,
    rows: readonly number[],
  ): Promise<SplitMeasures> {
    const states = wholePictureStates(this.#network, split);
    const { values } = await this.#evaluate(split, rows, states);
    const images = rows.length;
    this.#training.log.write({ event: "measure", split: name, set: set.name, images, values });
    return values;
  }

  async #evaluate(
    split: SplitPictures,
    rows: readonly number[],
    stateOf: StatesOf,
  ): Promise<Evaluation> {
    const { vocabulary, options } = this.#training;
    const writer = { network: this.#network, vocabulary, options };
    const captions = await captionRows(writer, rows, stateOf, split.starts);
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

function rowsOf({ first, count }: SetRows): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
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
