import type * as tfTypes from "@tensorflow/tfjs";
import { drawKey, shuffledIndices } from "../../core/random-draws.ts";
import { specialTokens, type Vocabulary } from "../../core/vocabulary.ts";
import { CiderD } from "../../metrics/index.ts";
import type { GapMeasures } from "../../run-files/log.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import type { SplitImages } from "../features/split-images.ts";
import { countedPositions, type ImageState, type UnrolledNetwork } from "../model/unrolled.ts";
import { captionBatch, humanTargets } from "../objectives/caption-batch.ts";
import { captionRows, type SearchLimits } from "./greedy-captions.ts";
import { disposeImageState, type StatesOf } from "./image-states.ts";

type Captions = Pick<SplitImages, "words" | "starts">;

/** The parts of a training that the gap depends on. */
export interface GapInputs {
  readonly vocabulary: Vocabulary;
  readonly options: SearchLimits & Pick<TrainOptions, "seed" | "gapImages" | "teachLength">;
  readonly train: Captions;
  readonly validation: Captions;
}

/** Number of images whose loss is computed in one batch. */
const BATCH_SIZE = 25;

/**
 * Measures a few training images after every epoch in the same way as the validation images: whole
 * images, averaged weights, no dropout and no label smoothing.
 *
 * The training loss cannot show the gap: it is computed on changed images with dropout and label
 * smoothing, and in self-critical stages it is not a cross-entropy.
 *
 * The loss is the mean cross-entropy of a word (the end included) over all captions of the same number
 * of images of each split. CIDEr-D of the training captions uses the document frequencies of the
 * validation captions, so that both splits are on one scale.
 */
export class GapMeter {
  readonly #training: GapInputs;
  readonly #network: UnrolledNetwork;
  readonly #trainRows: readonly number[];
  readonly #validationRows: readonly number[];
  readonly #scorer: CiderD;

  constructor(training: GapInputs, network: UnrolledNetwork) {
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
   * Measures the network with its present weights.
   *
   * @param trainStates - image states of rows of the training split.
   * @param validationStates - image states of rows of the validation split.
   * @returns undefined with `--gap-images 0`.
   */
  async measure(
    trainStates: StatesOf,
    validationStates: StatesOf,
  ): Promise<GapMeasures | undefined> {
    const { train, validation, vocabulary, options } = this.#training;
    const rows = this.#trainRows;
    if (rows.length === 0) return undefined;
    const writer = { network: this.#network, vocabulary, options };
    const captions = await captionRows(writer, rows, trainStates, train.starts);
    const scores = captions.map((caption, index) =>
      this.#scorer.score(caption, train.words[rows[index] ?? 0] ?? []),
    );
    const cider = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return {
      images: rows.length,
      train: { loss: await this.#loss(train, rows, trainStates), "CIDEr-D": cider },
      validation: { loss: await this.#loss(validation, this.#validationRows, validationStates) },
    };
  }

  /** Returns the mean cross-entropy of a word of the human captions, in nats. */
  async #loss(split: Captions, rows: readonly number[], statesOf: StatesOf): Promise<number> {
    const { tf } = this.#network;
    let sum = 0;
    let words = 0;
    for (let start = 0; start < rows.length; start += BATCH_SIZE) {
      const batch = rows.slice(start, start + BATCH_SIZE);
      const state = statesOf(batch);
      const losses = tf.tidy(() => this.#losses(state, split, batch));
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
    const captions = humanTargets(
      {
        words: rows.map((row) => split.words[row] ?? []),
        starts: rows.map((row) => split.starts[row] ?? specialTokens.start),
      },
      vocabulary,
    );
    const batch = captionBatch(captions, options.teachLength);
    const { logits } = this.#network.teacherForced(state, batch);
    const labels = [...countedPositions(batch.weights)].map((at) => batch.targets[at] ?? 0);
    return operations.crossEntropy(logits, tf.tensor1d(labels, "int32"), 0);
  }
}
