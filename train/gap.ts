import type * as tfTypes from "@tensorflow/tfjs";
import { drawKey, shuffledIndices } from "../core/random-draws.ts";
import { specialTokens, type Vocabulary } from "../core/vocabulary.ts";
import { CiderD } from "../metrics/index.ts";
import type { GapMeasures } from "../run-files/log.ts";
import type { TrainOptions } from "../run-files/options.ts";
import {
  captionRows,
  disposeImageState,
  type StatesOf,
  type WritingOptions,
} from "./evaluation.ts";
import type { SplitPictures } from "./features/source.ts";
import { type ImageState, positionsThatCount, type UnrolledNetwork } from "./model/unrolled.ts";
import { captionBatch, taughtCaptions } from "./objectives/caption-batch.ts";

type Captions = Pick<SplitPictures, "words" | "starts">;

/** What of a run the gap depends on. */
export interface GapSubject {
  readonly vocabulary: Vocabulary;
  readonly options: WritingOptions & Pick<TrainOptions, "seed" | "gapImages" | "teachLength">;
  readonly train: Captions;
  readonly validation: Captions;
}

/** Images whose loss is computed side by side. */
const imagesAtOnce = 25;

/**
 * Measures a few training images as the validation images are measured, after every epoch: whole
 * pictures, averaged weights, no dropout, no smoothing. The loss that training itself reports has
 * all of these, and in self-critical stages is no loss of words at all: the gap cannot be seen in it.
 *
 * The loss is the cross-entropy of a word, the end included, over all captions of as many images of
 * each split. Training captions are scored by CIDEr-D with the document frequencies of the
 * validation captions, so that both splits are measured on one scale.
 */
export class GapMeter {
  readonly #training: GapSubject;
  readonly #network: UnrolledNetwork;
  readonly #trainRows: readonly number[];
  readonly #validationRows: readonly number[];
  readonly #scorer: CiderD;

  constructor(training: GapSubject, network: UnrolledNetwork) {
    const { options, train, validation } = training;
    this.#training = training;
    this.#network = network;
    const sample = (split: Captions, name: string) =>
      shuffledIndices(drawKey(options.seed, "gap", name), split.words.length).slice(
        0,
        options.gapImages,
      );
    this.#trainRows = sample(train, "train");
    this.#validationRows = sample(validation, "validation");
    this.#scorer = new CiderD(validation.words);
  }

  /**
   * @param ofTrain - image states of rows of the training split.
   * @param ofValidation - the same of the validation split.
   * @returns nothing where no images are to be measured.
   */
  async measure(ofTrain: StatesOf, ofValidation: StatesOf): Promise<GapMeasures | undefined> {
    const { train, validation, vocabulary, options } = this.#training;
    const rows = this.#trainRows;
    if (rows.length === 0) return undefined;
    const writer = { network: this.#network, vocabulary, options };
    const captions = await captionRows(writer, rows, ofTrain, train.starts);
    const scores = captions.map((caption, index) =>
      this.#scorer.score(caption, train.words[rows[index] ?? 0] ?? []),
    );
    const cider = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return {
      images: rows.length,
      train: { loss: await this.#loss(train, rows, ofTrain), "CIDEr-D": cider },
      validation: { loss: await this.#loss(validation, this.#validationRows, ofValidation) },
    };
  }

  /** The mean cross-entropy of a word of people's captions, in nats. */
  async #loss(split: Captions, rows: readonly number[], stateOf: StatesOf): Promise<number> {
    const { tf } = this.#network;
    let sum = 0;
    let words = 0;
    for (let start = 0; start < rows.length; start += imagesAtOnce) {
      const some = rows.slice(start, start + imagesAtOnce);
      const state = stateOf(some);
      const losses = tf.tidy(() => this.#losses(state, split, some));
      disposeImageState(tf, state);
      sum += ((await losses.data()) as Float32Array).reduce((total, loss) => total + loss, 0);
      words += losses.size;
      losses.dispose();
    }
    return sum / words;
  }

  #losses(state: ImageState, split: Captions, rows: readonly number[]): tfTypes.Tensor1D {
    const { options, vocabulary } = this.#training;
    const { tf, operations } = this.#network;
    const captions = taughtCaptions(
      {
        words: rows.map((row) => split.words[row] ?? []),
        starts: rows.map((row) => split.starts[row] ?? specialTokens.start),
      },
      vocabulary,
    );
    const batch = captionBatch(captions, options.teachLength);
    const { logits } = this.#network.teach(state, batch);
    const labels = [...positionsThatCount(batch.weights)].map((at) => batch.targets[at] ?? 0);
    return operations.crossEntropy(logits, tf.tensor1d(labels, "int32"), 0);
  }
}
