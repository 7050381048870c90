import { type ProgressBar, startProgress } from "../node/cli/progress.ts";
import { epochScore, replacesBest } from "../run-files/choose-by.ts";
import { bestPoint, historyOf } from "../run-files/history.ts";
import { readLog } from "../run-files/log.ts";
import { RunCheckpoints } from "./checkpoints/run-checkpoints.ts";
import {
  epochDone,
  INITIAL_STATE,
  isUnmeasured,
  type RunState,
  stageBegun,
  startMeasured,
} from "./checkpoints/run-state.ts";
import { setCounts } from "./describe.ts";
import type { SplitMeasures } from "./evaluation/evaluation.ts";
import { type EpochEvaluation, Evaluator } from "./evaluation/evaluator.ts";
import { type StatesOf, wholeImageStates } from "./evaluation/image-states.ts";
import { type ImageSource, openSource } from "./features/image-source.ts";
import type { SplitImages } from "./features/split-images.ts";
import { saveNetwork } from "./model/saved/save-network.ts";
import { UnrolledNetwork } from "./model/unrolled.ts";
import { objectiveOf } from "./objectives/stage-objective.ts";
import { reportWhileTraining } from "./report/while-training.ts";
import { StageTrainer } from "./stage-trainer.ts";
import { type Stage, stagesOf } from "./stages.ts";
import type { Training } from "./training.ts";

/**
 * Trains all stages of a run from its last checkpoint on. A run that continues a captioner measures it
 * first, and keeps it if no epoch is better.
 *
 * @returns the measures of its best weights.
 */
export async function runStages(training: Training): Promise<SplitMeasures> {
  const run = new Run(training);
  const stages = stagesOf(training.options, training.network.featureLayer);
  await run.resume(stages);
  logStart(training);
  if (training.options.from !== undefined) await run.measureStart();
  for (const [index, stage] of stages.entries()) await run.stage(index, stage);
  return run.finish();
}

function logStart(training: Training): void {
  const { log, backend, train, validation, vocabulary, cleaning } = training;
  log.write({
    event: "start",
    backend,
    images: train.words.length,
    captions: train.words.flat().length,
    validationImages: validation.words.length,
    words: vocabulary.size,
    sets: setCounts({ train, validation }),
    ...(cleaning.length === 0 ? {} : { cleaning }),
  });
}

/** Returns the measures that the log has of an epoch and of the start. */
function loggedMeasures({ values, sets, gap }: EpochEvaluation) {
  return { validation: values, ...(Object.keys(sets).length > 1 ? { sets } : {}), gap };
}

/** Describes the measures of the validation images in the line of an epoch and of the start. */
function describeMeasures({ values, sets }: EpochEvaluation): string {
  const figures = `CIDEr-D ${values["CIDEr-D"].toFixed(4)}, BLEU-4 ${values["BLEU-4"].toFixed(4)}`;
  return `validation ${figures}${describeSets(sets)}`;
}

/** Describes the CIDEr-D of each of several data sets. */
function describeSets(sets: EpochEvaluation["sets"]): string {
  const names = Object.entries(sets);
  if (names.length === 1) return "";
  return ` (${names.map(([name, values]) => `${name} ${values["CIDEr-D"].toFixed(4)}`).join(", ")})`;
}

/** A run between its checkpoints. */
class Run {
  readonly #training: Training;
  readonly #network: UnrolledNetwork;
  readonly #checkpoints: RunCheckpoints;
  readonly #evaluator: Evaluator;
  #state: RunState = INITIAL_STATE;

  constructor(training: Training) {
    this.#training = training;
    const { tf, operations, network } = training;
    this.#network = new UnrolledNetwork(tf, operations, network);
    this.#checkpoints = new RunCheckpoints(training);
    this.#evaluator = new Evaluator(training, this.#network);
  }

  /** Restores the last checkpoint, if there is one, and cuts the log back to it. */
  async resume(stages: readonly Stage[]): Promise<void> {
    this.#state = (await this.#checkpoints.loadLast()) ?? INITIAL_STATE;
    const names = stages.map(({ name }): string => name);
    const { stage, epoch } = this.#state;
    await this.#training.log.keep((entry) => {
      if (entry.event === "start") return true;
      if (entry.event === "initial") return !isUnmeasured(this.#state);
      if (entry.event === "measure") return false;
      const index = names.indexOf(entry.stage);
      return index < stage || (index === stage && entry.epoch <= epoch);
    });
  }

  /** Measures the captioner that the run continues, and saves it as the best so far. */
  async measureStart(): Promise<void> {
    if (!isUnmeasured(this.#state)) return;
    const { log, folder, options, train, validation } = this.#training;
    const states = wholeImageStates(this.#network, validation);
    const evaluation = await this.#evaluator.evaluate(
      wholeImageStates(this.#network, train),
      states,
    );
    await this.#saveBest(evaluation, states);
    log.write({ event: "initial", ...loggedMeasures(evaluation), captions: evaluation.samples });
    this.#state = startMeasured(epochScore(options.chooseBy, evaluation.sets));
    await this.#checkpoints.saveStart(this.#state);
    process.stdout.write(`start: ${describeMeasures(evaluation)}\n`);
    await reportWhileTraining(folder);
  }

  /** Trains a stage, or the epochs that are left of it. */
  async stage(index: number, stage: Stage): Promise<void> {
    if (index < this.#state.stage) return;
    if (index > this.#state.stage) await this.#enterStage(index);
    if (this.#isOver(stage)) return;
    const { train, validation } = this.#training;
    const source = await this.#open(train, stage, stage.views);
    const validationSource = await this.#open(validation, stage, 1);
    const trainer = this.#trainer(stage, source);
    if (this.#state.epoch > 0) await this.#checkpoints.loadTrainer(trainer);
    while (!this.#isOver(stage)) await this.#epoch(stage, trainer, source, validationSource);
    trainer.dispose();
  }

  /** Starts a stage with the weights of the best epoch so far. */
  async #enterStage(index: number): Promise<void> {
    await this.#checkpoints.loadBest();
    this.#state = stageBegun(this.#state, index);
  }

  #isOver({ epochs }: Stage): boolean {
    const { epoch, epochsWithoutBetter } = this.#state;
    return epoch >= epochs || epochsWithoutBetter >= this.#training.options.patience;
  }

  /** Saves the best weights as LayersModels and measures them. */
  async finish(): Promise<SplitMeasures> {
    const { tf, folder, network } = this.#training;
    await this.#checkpoints.loadBest();
    await saveNetwork(tf, network, folder.encoder, folder.decoder);
    const history = historyOf(await readLog(folder.log));
    if (history.epochs.length > 0 && bestPoint(history)?.number === 0) {
      process.stdout.write("no epoch is better than the start, which is saved\n");
    }
    const measures = await this.#evaluator.measureRun();
    await reportWhileTraining(folder);
    return measures;
  }

  #open(split: SplitImages, stage: Stage, views: number): Promise<ImageSource> {
    const { tf, network, options } = this.#training;
    return openSource(tf, network, split, {
      from: stage.from,
      views,
      augmentation: stage.augmentation,
      seed: options.seed,
      cache: options.cache,
      progress: (title) => {
        // Features that are cached already show no bar.
        let bar: ProgressBar | undefined;
        return (done, total) => {
          bar ??= startProgress(`features, ${title}`, total, "images");
          bar.update(done);
          if (done === total) bar.stop();
        };
      },
    });
  }

  #trainer(stage: Stage, source: ImageSource): StageTrainer {
    const { options, train, anchors } = this.#training;
    const anchor = anchors && { strength: options.anchor, weights: anchors };
    const settings = { ...options, stage, sets: train.sets, anchor };
    const objective = objectiveOf(stage, this.#training, this.#network);
    return new StageTrainer(this.#network, settings, objective, source);
  }

  async #epoch(
    stage: Stage,
    trainer: StageTrainer,
    source: ImageSource,
    validationSource: ImageSource,
  ): Promise<void> {
    const epoch = this.#state.epoch + 1;
    const started = performance.now();
    const loss = await this.#trainEpoch(stage, epoch, trainer);
    const seconds = Math.round((performance.now() - started) / 1000);
    const evaluation = await this.#evaluateAverage(trainer, source, validationSource);
    const { best, sets, samples } = evaluation;
    const { log, folder, options } = this.#training;
    this.#state = epochDone(this.#state, epochScore(options.chooseBy, sets), best);
    const at = { stage: stage.name, epoch } as const;
    log.write({ event: "samples", ...at, captions: samples });
    log.write({ event: "epoch", ...at, loss, seconds, ...loggedMeasures(evaluation), best });
    await this.#checkpoints.saveLast(trainer, this.#state);
    process.stdout.write(
      `${stage.name} ${epoch}/${stage.epochs}: loss ${loss.toFixed(4)}, ${describeMeasures(evaluation)}, ${seconds} s${best ? ", best so far" : ""}\n`,
    );
    await reportWhileTraining(folder);
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

  /** Evaluates the averaged weights, and saves them if they are the best on the validation images. */
  #evaluateAverage(
    trainer: StageTrainer,
    source: ImageSource,
    validationSource: ImageSource,
  ): Promise<EpochEvaluation & { readonly best: boolean }> {
    const statesOf = (images: ImageSource) => (rows: readonly number[]) =>
      trainer.wholeState(images, rows);
    return trainer.average.with(async () => {
      const validationStates = statesOf(validationSource);
      const evaluation = await this.#evaluator.evaluate(statesOf(source), validationStates);
      const { chooseBy } = this.#training.options;
      const score = epochScore(chooseBy, evaluation.sets);
      const best = replacesBest(chooseBy, score, this.#state.bestScore);
      if (best) await this.#saveBest(evaluation, validationStates);
      return { ...evaluation, best };
    });
  }

  async #saveBest(evaluation: EpochEvaluation, validationStates: StatesOf): Promise<void> {
    await this.#evaluator.keepShownImages(evaluation, validationStates);
    await this.#checkpoints.saveBest(evaluation);
  }
}
