import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey, shuffledIndices } from "../core/random-draws.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import type { PictureSource, SetRows } from "./features/source.ts";
import type { CaptionNetwork } from "./model/network.ts";
import { subModel } from "./model/sub-model.ts";
import { tidied } from "./model/tidied.ts";
import {
  type BatchOutput,
  type CaptionBatch,
  type ImageState,
  positionsThatCount,
  type UnrolledNetwork,
} from "./model/unrolled.ts";
import { modelVariables } from "./model/weights.ts";
import type { Lesson, Objective } from "./objectives/objective.ts";
import { AdamW, type Anchor, type ParameterGroup } from "./optimise/adamw.ts";
import { WeightAverage } from "./optimise/average.ts";
import { learningRate, type Schedule } from "./optimise/schedule.ts";
import type { Stage } from "./stages.ts";

export interface StageSettings {
  readonly stage: Stage;
  readonly seed: number;
  readonly batchSize: number;
  readonly clipNorm: number;
  readonly weightDecay: number;
  readonly averageDecay: number;
  readonly warmUp: number;
  readonly doublyStochastic: number;
  /** Holds weights near those that training started from. */
  readonly anchor?: Anchor | undefined;
  readonly sets: readonly SetRows[];
}

/** What a step tells. */
export interface StepReport {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly rate: number;
  readonly tokens: number;
}

/** What is left of the rate at the end of a stage. */
const finalFraction = 0.05;

/** Trains one stage, epoch by epoch; owns its optimizer and its average of weights. */
export class StageTrainer {
  readonly optimizer: AdamW;
  readonly average: WeightAverage;
  readonly #network: UnrolledNetwork;
  readonly #settings: StageSettings;
  readonly #objective: Objective;
  readonly #source: PictureSource;
  /** The trained part of the backbone; nothing where all of it is frozen. */
  readonly #tail: tfTypes.LayersModel | undefined;
  readonly #schedule: Schedule;

  constructor(
    network: UnrolledNetwork,
    settings: StageSettings,
    objective: Objective,
    source: PictureSource,
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
      finalFraction,
    };
  }

  /** Steps an epoch. */
  get steps(): number {
    const { sets, batchSize } = this.#settings;
    return Math.ceil(sets.reduce((sum, set) => sum + drawsOf(set), 0) / batchSize);
  }

  /** Trains one epoch. @param epoch - from 1. @returns the mean loss. */
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
      // TensorFlow.js works synchronously: without a pause no signal and no timer would be heard.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return sum / this.steps;
  }

  /** The image state of whole pictures, for evaluation. */
  wholeState(source: PictureSource, rows: readonly number[]): ImageState {
    return tidied(this.#network.tf, () => this.#encode(source.whole(rows)));
  }

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
      const lesson = this.#lesson(rows, inputs, context);
      const loss = () => this.#loss(inputs, lesson, key);
      const { value, grads } = tf.variableGrads(loss, this.optimizer.trained());
      this.optimizer.apply(grads, rate, this.#settings.clipNorm);
      this.average.update();
      return { loss: value.dataSync()[0] ?? Number.NaN, tokens: lesson.normaliser, rate };
    });
  }

  #lesson(
    rows: readonly number[],
    inputs: tfTypes.Tensor4D,
    context: { key: DrawKey; progress: number },
  ): Lesson {
    const dropout = { rate: this.#objective.dropout, key: context.key };
    return tidied(this.#network.tf, () =>
      this.#objective.lesson(rows, () => this.#encode(inputs, dropout), context),
    );
  }

  #encode(inputs: tfTypes.Tensor4D, dropout?: { rate: number; key: DrawKey }): ImageState {
    const grid = this.#tail ? this.#tail.apply(inputs, { training: true }) : inputs;
    return this.#network.imageState(grid as tfTypes.Tensor4D, dropout);
  }

  #loss(inputs: tfTypes.Tensor4D, lesson: Lesson, key: DrawKey): tfTypes.Scalar {
    const { tf, operations } = this.#network;
    const { batch, normaliser } = lesson;
    const dropout = { rate: this.#objective.dropout, key };
    const output = this.#network.teach(this.#encode(inputs, dropout), batch, dropout);
    const counted = positionsThatCount(batch.weights);
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
    return tf.add(mean, tf.mul(overlooked(tf, output, batch), penalty));
  }
}

/** How many images of a set an epoch draws. */
function drawsOf({ weight, count }: SetRows): number {
  return Math.max(1, Math.round(weight * count));
}

/** The rows of an epoch, shuffled: each set's as often as its weight says, a part of them at random. */
export function epochRows(sets: readonly SetRows[], key: DrawKey): number[] {
  const rows = sets.flatMap((set) => {
    const order = shuffledIndices(drawKey(key, set.name), set.count);
    return Array.from({ length: drawsOf(set) }, (_, index) =>
      index < set.count * Math.floor(set.weight)
        ? set.first + (index % set.count)
        : set.first + (order[index % set.count] ?? 0),
    );
  });
  return shuffledIndices(key, rows.length).map((index) => rows[index] ?? 0);
}

/**
 * How far the regions are from being looked at once in all: the mean over captions of
 * sum_r (1 - sum_t a_tr)^2, Xu et al. (2015), equation 14.
 */
function overlooked(tf: TensorFlow, output: BatchOutput, batch: CaptionBatch): tfTypes.Scalar {
  const shape: [number, number, number] = [batch.images, batch.captionsPerImage, 1];
  const captions = batch.images * batch.captionsPerImage;
  const looks = output.attention.map((attention, step) => {
    const weights = batch.weights.subarray(step * captions, (step + 1) * captions);
    const written = tf.tensor3d(
      weights.map((weight) => Number(weight !== 0)),
      shape,
    );
    return tf.mul(attention, written);
  });
  return tf.mean(tf.sum(tf.square(tf.sub(1, tf.addN(looks))), 2)) as tfTypes.Scalar;
}

function backboneTail(
  tf: TensorFlow,
  layers: CaptionNetwork,
  from: string,
): tfTypes.LayersModel | undefined {
  if (from === layers.featureLayer) return undefined;
  return subModel(tf, layers.encoder, from, layers.featureLayer);
}

function parameterGroups(
  layers: CaptionNetwork,
  tail: tfTypes.LayersModel | undefined,
  backboneFactor: number,
): ParameterGroup[] {
  const head = ["features", "keys", "initial_hidden", "initial_cell"];
  const prefixed = (prefix: string, variables: ReadonlyMap<string, tfTypes.Variable>) =>
    new Map([...variables].map(([name, variable]) => [`${prefix}/${name}`, variable]));
  const encoder = [...modelVariables(layers.encoder)].filter(([name]) =>
    head.includes(name.split("/")[0] ?? ""),
  );
  const decoder = [...modelVariables(layers.decoder)].filter(
    ([name]) => !(layers.tied && name === "logits/kernel"),
  );
  const rest = [...prefixed("encoder", new Map(encoder)), ...prefixed("decoder", new Map(decoder))];
  const groups: ParameterGroup[] = [{ variables: new Map(rest), rateFactor: 1 }];
  if (tail) {
    groups.push({
      variables: prefixed("encoder", modelVariables(tail)),
      rateFactor: backboneFactor,
    });
  }
  return groups;
}
