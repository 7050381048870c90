import type * as tfTypes from "@tensorflow/tfjs";
import type { Vocabulary } from "../core/vocabulary.ts";
import { startProgress } from "../node/progress.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import type { TrainingOperations } from "./backend/operations.ts";
import { encodeCaptions } from "./data/captions.ts";
import { captionRows, type Measures, measure } from "./evaluation.ts";
import { openSource, type PictureSource, type SplitPictures } from "./features/source.ts";
import type { CaptionNetwork } from "./model/network.ts";
import { saveNetwork } from "./model/save.ts";
import { type ImageState, UnrolledNetwork } from "./model/unrolled.ts";
import { modelVariables } from "./model/weights.ts";
import type { Objective } from "./objectives/objective.ts";
import { selfCritical } from "./objectives/self-critical.ts";
import { teacherForcing } from "./objectives/teacher-forcing.ts";
import type { TrainOptions } from "./options.ts";
import { loadCheckpoint, saveCheckpoint } from "./run/checkpoint.ts";
import type { RunLog } from "./run/log.ts";
import type { RunFolder } from "./run/run-folder.ts";
import { saveValidationCaptions } from "./run/validation-captions.ts";
import { StageTrainer } from "./stage-trainer.ts";
import { type Stage, stagesOf } from "./stages.ts";
import { trainingSample, wholePictureStates } from "./training-sample.ts";

/** Everything that a run trains with. */
export interface Training {
  readonly tf: TensorFlow;
  readonly operations: TrainingOperations;
  /** What computes, for the log. */
  readonly backend: string;
  readonly options: TrainOptions;
  readonly network: CaptionNetwork;
  readonly vocabulary: Vocabulary;
  readonly train: SplitPictures;
  readonly validation: SplitPictures;
  readonly folder: RunFolder;
  readonly log: RunLog;
}

/** What a run remembers between epochs, besides tensors. */
interface RunState {
  /** Index of the stage in the run's list. */
  stage: number;
  /** Epochs of it that are done. */
  epoch: number;
  optimizerStep: number;
  averageStep: number;
  /** The best validation CIDEr-D of the whole run; -1 before the first epoch. */
  bestScore: number;
  epochsWithoutBetter: number;
}

/** What the network wrote about a split, and how it scored. */
interface Evaluation {
  readonly captions: readonly (readonly string[])[];
  readonly values: Measures;
}

/** Runs all stages of a run from where its last checkpoint stands. @returns the best measures. */
export async function runStages(training: Training): Promise<Measures> {
  const run = new Run(training);
  const stages = stagesOf(training.options, training.network.featureLayer);
  await run.resume(stages);
  logStart(training);
  for (const [index, stage] of stages.entries()) await run.stage(index, stage);
  return run.finish();
}

function logStart({ log, backend, train, validation, vocabulary }: Training): void {
  log.write({
    event: "start",
    time: new Date().toISOString(),
    backend,
    images: train.words.length,
    captions: train.words.flat().length,
    validationImages: validation.words.length,
    words: vocabulary.size,
  });
}

class Run {
  readonly #training: Training;
  readonly #network: UnrolledNetwork;
  #state: RunState = {
    stage: 0,
    epoch: 0,
    optimizerStep: 0,
    averageStep: 0,
    bestScore: -1,
    epochsWithoutBetter: 0,
  };

  constructor(training: Training) {
    this.#training = training;
    const { tf, operations, network } = training;
    this.#network = new UnrolledNetwork(tf, operations, network);
  }

  /** Goes back to the last checkpoint, if there is one, and the log with it. */
  async resume(stages: readonly Stage[]): Promise<void> {
    const { tf, folder, log } = this.#training;
    const checkpoint = await loadCheckpoint<RunState>(tf, folder.lastCheckpoint);
    if (checkpoint) {
      this.#assignWeights(checkpoint.tensors);
      this.#state = checkpoint.state;
      tf.dispose([...checkpoint.tensors.values()]);
    }
    const names = stages.map(({ name }): string => name);
    const { stage, epoch } = this.#state;
    await log.keep((entry) => {
      if (entry.event === "start") return true;
      if (entry.event === "measure") return false;
      const index = names.indexOf(entry.stage);
      return index < stage || (index === stage && entry.epoch <= epoch);
    });
  }

  /** Trains a stage, or what is left of it. */
  async stage(index: number, stage: Stage): Promise<void> {
    if (index < this.#state.stage) return;
    const { train, validation } = this.#training;
    if (index > this.#state.stage) await this.#enterStage(index);
    if (this.#isOver(stage)) return;
    const source = await this.#open(train, stage, stage.views);
    const held = await this.#open(validation, stage, 1);
    const trainer = this.#trainer(stage, source);
    await this.#restoreOptimizer(trainer);
    while (!this.#isOver(stage)) await this.#epoch(stage, trainer, held);
    trainer.dispose();
  }

  #isOver({ epochs }: Stage): boolean {
    const { epoch, epochsWithoutBetter } = this.#state;
    return epoch >= epochs || epochsWithoutBetter >= this.#training.options.patience;
  }

  /** Leaves the best weights behind as LayersModels, as every best epoch does. */
  async finish(): Promise<Measures> {
    const { tf, folder, network } = this.#training;
    const best = await this.#loadBest();
    if (best) this.#assignWeights(best.tensors);
    await saveNetwork(tf, network, folder.encoder, folder.decoder);
    if (best) await this.#measureTraining(best.state);
    return best?.state ?? {};
  }

  /** A stage begins where the best epoch so far ended. */
  async #enterStage(index: number): Promise<void> {
    const best = await this.#loadBest();
    if (best) this.#assignWeights(best.tensors);
    const { bestScore } = this.#state;
    this.#state = {
      stage: index,
      epoch: 0,
      optimizerStep: 0,
      averageStep: 0,
      bestScore,
      epochsWithoutBetter: 0,
    };
  }

  #loadBest() {
    const { tf, folder } = this.#training;
    return loadCheckpoint<Measures>(tf, folder.bestCheckpoint);
  }

  #open(split: SplitPictures, stage: Stage, views: number): Promise<PictureSource> {
    const { tf, network, options } = this.#training;
    return openSource(tf, network, split, {
      from: stage.from,
      views,
      augmentation: stage.augmentation,
      seed: options.seed,
      cache: options.cache,
      progress: (title) => {
        let bar: ReturnType<typeof startProgress> | undefined;
        return (done, total) => {
          bar ??= startProgress(`features, ${title}`, total, "images");
          bar.update(done);
          if (done === total) bar.stop();
        };
      },
    });
  }

  #trainer(stage: Stage, source: PictureSource): StageTrainer {
    const { tf, operations, network, options, train } = this.#training;
    const settings = { ...options, stage, images: train.words.length };
    const objective = this.#objective(stage);
    return new StageTrainer(tf, operations, network, this.#network, settings, objective, source);
  }

  #objective(stage: Stage): Objective {
    const { tf, operations, options, train, vocabulary } = this.#training;
    if (stage.name === "self-critical") {
      return selfCritical(tf, operations, this.#network, train.words, vocabulary, options);
    }
    const captions = encodeCaptions(train.words, vocabulary);
    return teacherForcing(tf, operations, this.#network, captions, options);
  }

  async #restoreOptimizer(trainer: StageTrainer): Promise<void> {
    if (this.#state.epoch === 0) return;
    const { tf, folder } = this.#training;
    const checkpoint = await loadCheckpoint<RunState>(tf, folder.lastCheckpoint);
    if (!checkpoint) return;
    const under = (prefix: string) => withPrefix(checkpoint.tensors, prefix);
    trainer.optimizer.restore(under("optimizer/"), this.#state.optimizerStep);
    trainer.average.restore(under("average/"), this.#state.averageStep);
    tf.dispose([...checkpoint.tensors.values()]);
  }

  async #epoch(stage: Stage, trainer: StageTrainer, held: PictureSource): Promise<void> {
    const epoch = this.#state.epoch + 1;
    const started = performance.now();
    const loss = await this.#trainEpoch(stage, epoch, trainer);
    const seconds = Math.round((performance.now() - started) / 1000);
    const measures = await trainer.average.with(async () => {
      const evaluation = await this.#evaluate(trainer, held);
      const { values } = evaluation;
      if ((values["CIDEr-D"] ?? 0) > this.#state.bestScore) await this.#saveBest(evaluation);
      return values;
    });
    const score = measures["CIDEr-D"] ?? 0;
    const best = score > this.#state.bestScore;
    const epochsWithoutBetter = best ? 0 : this.#state.epochsWithoutBetter + 1;
    const bestScore = Math.max(score, this.#state.bestScore);
    this.#state = { ...this.#state, epoch, bestScore, epochsWithoutBetter };
    this.#training.log.write({
      event: "epoch",
      stage: stage.name,
      epoch,
      loss,
      seconds,
      validation: measures,
      best,
    });
    await this.#saveLast(trainer);
    process.stdout.write(
      `${stage.name} ${epoch}/${stage.epochs}: loss ${loss.toFixed(4)}, validation CIDEr-D ${score.toFixed(4)}, ` +
        `BLEU-4 ${(measures["BLEU-4"] ?? 0).toFixed(4)}, ${seconds} s${best ? ", best so far" : ""}\n`,
    );
  }

  async #trainEpoch(stage: Stage, epoch: number, trainer: StageTrainer): Promise<number> {
    const { log } = this.#training;
    const bar = startProgress(`${stage.name} ${epoch}/${stage.epochs}`, trainer.steps, "steps");
    const started = performance.now();
    let tokens = 0;
    try {
      return await trainer.epoch(epoch, ({ step, loss, rate, tokens: more }) => {
        tokens += more;
        const tokensPerSecond = Math.round((1000 * tokens) / (performance.now() - started));
        bar.update(step, `loss ${loss.toFixed(3)}, ${tokensPerSecond} tokens/s`);
        log.write({ event: "step", stage: stage.name, epoch, step, loss, rate, tokensPerSecond });
      });
    } finally {
      bar.stop();
    }
  }

  #evaluate(trainer: StageTrainer, held: PictureSource): Promise<Evaluation> {
    const { validation } = this.#training;
    const rows = [...validation.words.keys()];
    return this.#measure(validation, rows, (some) => trainer.wholeState(held, some));
  }

  async #measure(
    split: SplitPictures,
    rows: readonly number[],
    stateOf: (rows: readonly number[]) => ImageState,
  ): Promise<Evaluation> {
    const { tf, vocabulary, options } = this.#training;
    const length = options.maximumLength;
    const captions = await captionRows(tf, this.#network, vocabulary, length, rows, stateOf);
    const references = rows.map((row) => split.words[row] ?? []);
    return { captions, values: measure(captions, references) };
  }

  /** Measures the weights as they are on training images, for the gap to the validation images. */
  async #measureTraining(best: Measures): Promise<void> {
    const { tf, network, options, train, validation: held, log } = this.#training;
    const rows = trainingSample(options.seed, train.words.length);
    const states = wholePictureStates(tf, network, this.#network, train);
    const { values } = await this.#measure(train, rows, states);
    const images = rows.length;
    log.write({ event: "measure", split: "validation", images: held.words.length, values: best });
    log.write({ event: "measure", split: `train-${images}`, images, values });
    const [ofTraining, ofValidation] = [values, best].map((own) => own["CIDEr-D"] ?? 0);
    process.stdout.write(
      `CIDEr-D of ${images} training images ${ofTraining?.toFixed(4)}, of the validation images ${ofValidation?.toFixed(4)}\n`,
    );
  }

  async #saveBest({ values, captions }: Evaluation): Promise<void> {
    const { tf, folder, validation, network } = this.#training;
    const { ids, words } = validation;
    const tensors = this.#weights();
    await saveValidationCaptions(folder, { ids, candidates: captions, references: words });
    await saveNetwork(tf, network, folder.encoder, folder.decoder);
    await saveCheckpoint(tf, folder.bestCheckpoint, { tensors, state: values });
  }

  async #saveLast(trainer: StageTrainer): Promise<void> {
    const { tf, folder } = this.#training;
    const optimizer = trainer.optimizer.state();
    const average = trainer.average.state();
    this.#state.optimizerStep = optimizer.step;
    this.#state.averageStep = average.step;
    const tensors = new Map<string, tfTypes.Tensor>(this.#weights());
    for (const [name, tensor] of optimizer.tensors) tensors.set(`optimizer/${name}`, tensor);
    for (const [name, tensor] of average.tensors) tensors.set(`average/${name}`, tensor);
    await saveCheckpoint(tf, folder.lastCheckpoint, { tensors, state: this.#state });
  }

  #weights(): Map<string, tfTypes.Variable> {
    const { encoder, decoder } = this.#training.network;
    const weights = new Map<string, tfTypes.Variable>();
    for (const [name, variable] of modelVariables(encoder))
      weights.set(`encoder/${name}`, variable);
    for (const [name, variable] of modelVariables(decoder))
      weights.set(`decoder/${name}`, variable);
    return weights;
  }

  #assignWeights(tensors: ReadonlyMap<string, tfTypes.Tensor>): void {
    for (const [name, variable] of this.#weights()) {
      const tensor = tensors.get(name);
      if (!tensor) throw new Error(`the checkpoint lacks ${name}`);
      variable.assign(tensor);
    }
  }
}

function withPrefix(
  tensors: ReadonlyMap<string, tfTypes.Tensor>,
  prefix: string,
): Map<string, tfTypes.Tensor> {
  const chosen = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(chosen.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
