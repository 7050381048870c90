import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey } from "../core/random-draws.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import { drawsOf, epochRows } from "./features/epoch-rows.ts";
import type { ImageSource } from "./features/image-source.ts";
import type { SetRows } from "./features/split-images.ts";
import { tidied } from "./model/tidied.ts";
import {
  type BatchOutput,
  type CaptionBatch,
  countedPositions,
  type ImageState,
  type UnrolledNetwork,
} from "./model/unrolled.ts";
import type { Objective, WeightedBatch } from "./objectives/objective.ts";
import { AdamW, type Anchor } from "./optimise/adamw.ts";
import { WeightAverage } from "./optimise/average.ts";
import { backboneTail, parameterGroups } from "./optimise/parameter-groups.ts";
import { learningRate, type Schedule } from "./optimise/schedule.ts";
import type { Stage } from "./stages.ts";

/** The settings of a stage's optimizer, loss and data. */
interface StageSettings {
  readonly stage: Stage;
  readonly seed: number;
  readonly batchSize: number;
  readonly clipNorm: number;
  readonly weightDecay: number;
  readonly averageDecay: number;
  readonly warmUp: number;
  readonly doublyStochastic: number;
  /** Pulls weights back to those that training started from. */
  readonly anchor?: Anchor | undefined;
  readonly sets: readonly SetRows[];
}

/** The progress that a step reports. */
interface StepReport {
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** The learning rate. */
  readonly rate: number;
  /** Targets of the step. */
  readonly tokens: number;
}

/** The learning rate at the end of a stage, as a fraction of the highest. */
const FINAL_FRACTION = 0.05;

/** Trains one stage, epoch by epoch; owns its optimizer and its averaged weights. */
export class StageTrainer {
  readonly optimizer: AdamW;
  readonly average: WeightAverage;
  readonly #network: UnrolledNetwork;
  readonly #settings: StageSettings;
  readonly #objective: Objective;
  readonly #source: ImageSource;
  /** The trained part of the backbone; undefined if all of it is frozen. */
  readonly #tail: tfTypes.LayersModel | undefined;
  readonly #schedule: Schedule;

  constructor(
    network: UnrolledNetwork,
    settings: StageSettings,
    objective: Objective,
    source: ImageSource,
  ) {
    const { tf, layers } = network;
    this.#network = network;
    this.#settings = settings;
    this.#objective = objective;
    this.#source = source;
    this.#tail = backboneTail(tf, layers, settings.stage.from);
    const groups = parameterGroups(layers, this.#tail, settings.stage.backboneFactor);
    this.optimizer = new AdamW(tf, groups, settings.weightDecay, settings.anchor);
    const trained = new Map(groups.flatMap(({ variables }) => [...variables]));
    this.average = new WeightAverage(tf, trained, settings.averageDecay);
    this.#schedule = {
      rate: settings.stage.rate,
      warmUpSteps: settings.warmUp,
      totalSteps: settings.stage.epochs * this.steps,
      finalFraction: FINAL_FRACTION,
    };
  }

  /** The number of steps of an epoch. */
  get steps(): number {
    const { sets, batchSize } = this.#settings;
    return Math.ceil(sets.reduce((sum, set) => sum + drawsOf(set), 0) / batchSize);
  }

  /**
   * Trains one epoch.
   *
   * @param epoch - from 1.
   * @param report - called after every step.
   * @returns the mean loss.
   * @throws {Error} where the loss is no longer finite.
   */
  async epoch(epoch: number, report: (step: StepReport) => void): Promise<number> {
    const { stage, seed, sets, batchSize } = this.#settings;
    const order = epochRows(sets, drawKey(seed, stage.name, epoch, "order"));
    let sum = 0;
    for (let step = 0; step < this.steps; step++) {
      const rows = order.slice(step * batchSize, (step + 1) * batchSize);
      const taken = (epoch - 1) * this.steps + step;
      const key = drawKey(seed, stage.name, epoch, step);
      const { loss, tokens, rate } = this.#step(rows, taken, key);
      if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss} at step ${step + 1}`);
      sum += loss;
      report({ step: step + 1, steps: this.steps, loss, rate, tokens });
      // TensorFlow.js computes synchronously: the pause lets signals and timers run.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return sum / this.steps;
  }

  /** Computes the image state of unchanged images, for evaluation. */
  wholeState(source: ImageSource, rows: readonly number[]): ImageState {
    return tidied(this.#network.tf, () => this.#encode(source.whole(rows)));
  }

  /** Disposes of the optimizer's and the average's tensors. */
  dispose(): void {
    this.optimizer.dispose();
    this.average.dispose();
  }

  #step(rows: readonly number[], taken: number, key: DrawKey) {
    const { tf } = this.#network;
    const rate = learningRate(this.#schedule, taken);
    return tf.tidy(() => {
      const inputs = this.#source.augmented(rows, key);
      const context = { key, progress: taken / this.#schedule.totalSteps };
      const targets = this.#targets(rows, inputs, context);
      const loss = () => this.#loss(inputs, targets, key);
      const { value, grads } = tf.variableGrads(loss, this.optimizer.trained());
      this.optimizer.apply(grads, rate, this.#settings.clipNorm);
      this.average.update();
      return { loss: value.dataSync()[0] ?? Number.NaN, tokens: targets.normaliser, rate };
    });
  }

  #targets(
    rows: readonly number[],
    inputs: tfTypes.Tensor4D,
    context: { key: DrawKey; progress: number },
  ): WeightedBatch {
    const dropout = { rate: this.#objective.dropout, key: context.key };
    return tidied(this.#network.tf, () =>
      this.#objective.batch(rows, () => this.#encode(inputs, dropout), context),
    );
  }

  #encode(inputs: tfTypes.Tensor4D, dropout?: { rate: number; key: DrawKey }): ImageState {
    const grid = this.#tail ? this.#tail.apply(inputs, { training: true }) : inputs;
    return this.#network.imageState(grid as tfTypes.Tensor4D, dropout);
  }

  #loss(inputs: tfTypes.Tensor4D, targets: WeightedBatch, key: DrawKey): tfTypes.Scalar {
    const { tf, operations } = this.#network;
    const { batch, normaliser } = targets;
    const dropout = { rate: this.#objective.dropout, key };
    const output = this.#network.teacherForced(this.#encode(inputs, dropout), batch, dropout);
    const counted = countedPositions(batch.weights);
    const labels = counted.map((position) => batch.targets[position] ?? 0);
    const weights = Float32Array.from(counted, (position) => batch.weights[position] ?? 0);
    const losses = operations.crossEntropy(
      output.logits,
      tf.tensor1d(labels, "int32"),
      this.#objective.labelSmoothing,
    );
    const mean = tf.div(tf.sum(tf.mul(losses, tf.tensor1d(weights))), normaliser) as tfTypes.Scalar;
    const penalty = this.#settings.doublyStochastic;
    if (penalty === 0 || output.attention.length === 0) return mean;
    return tf.add(mean, tf.mul(attentionPenalty(tf, output, batch), penalty));
  }
}

/**
 * Returns the penalty of doubly stochastic attention (Xu et al., 2015, equation 14): the mean over
 * captions of `sum_r (1 - sum_t a_tr)^2`. A column without a caption adds a constant.
 */
function attentionPenalty(
  tf: TensorFlow,
  output: BatchOutput,
  batch: CaptionBatch,
): tfTypes.Scalar {
  const shape: [number, number, number] = [batch.images, batch.captionsPerImage, 1];
  const captions = batch.images * batch.captionsPerImage;
  const attended = output.attention.map((attention, step) => {
    const weights = batch.weights.subarray(step * captions, (step + 1) * captions);
    const written = tf.tensor3d(
      weights.map((weight) => Number(weight !== 0)),
      shape,
    );
    return tf.mul(attention, written);
  });
  return tf.mean(tf.sum(tf.square(tf.sub(1, tf.addN(attended))), 2)) as tfTypes.Scalar;
}
