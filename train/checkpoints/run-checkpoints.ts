import type * as tfTypes from "@tensorflow/tfjs";
import { saveValidationCaptions } from "../../run-files/validation-captions.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { saveNetwork } from "../model/saved/save-network.ts";
import { networkVariables, withPrefix } from "../model/weights.ts";
import type { StageTrainer } from "../stage-trainer.ts";
import type { Training } from "../training.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { RunState } from "./run-state.ts";

/** The state in the last checkpoint. */
interface LastState extends RunState {
  readonly optimizerStep: number;
  readonly averageStep: number;
}

type Tensors = ReadonlyMap<string, tfTypes.Tensor>;

/**
 * Saves and loads a run's two checkpoints: the last epoch with the optimizer's state, from which the run
 * resumes, and the weights of the best epoch.
 */
export class RunCheckpoints {
  readonly #training: Training;

  constructor(training: Training) {
    this.#training = training;
  }

  /** Restores the last epoch's weights. @returns the run's state; undefined before its first checkpoint. */
  async loadLast(): Promise<RunState | undefined> {
    const { folder } = this.#training;
    return this.#load<LastState>(folder.lastCheckpoint, (tensors) => this.#assign(tensors));
  }

  /** Restores the optimizer and the averaged weights of the last epoch. */
  async loadTrainer(trainer: StageTrainer): Promise<void> {
    const { folder } = this.#training;
    await this.#load<LastState>(folder.lastCheckpoint, (tensors, state) => {
      trainer.optimizer.restore(withoutPrefix(tensors, "optimizer"), state.optimizerStep);
      trainer.average.restore(withoutPrefix(tensors, "average"), state.averageStep);
    });
  }

  /** Restores the best epoch's weights, if there is one. */
  async loadBest(): Promise<void> {
    const { folder } = this.#training;
    await this.#load(folder.bestCheckpoint, (tensors) => this.#assign(tensors));
  }

  /** Saves everything that the run needs to be resumed after this epoch. */
  async saveLast(trainer: StageTrainer, state: RunState): Promise<void> {
    const { tf, folder } = this.#training;
    const optimizer = trainer.optimizer.state();
    const average = trainer.average.state();
    const tensors = new Map<string, tfTypes.Tensor>([
      ...this.#weights(),
      ...withPrefix("optimizer", optimizer.tensors),
      ...withPrefix("average", average.tensors),
    ]);
    const last: LastState = {
      ...state,
      optimizerStep: optimizer.step,
      averageStep: average.step,
    };
    await saveCheckpoint(tf, folder.lastCheckpoint, { tensors, state: last });
  }

  /** Saves the weights that the run starts with, so that a resumed run does not measure them again. */
  async saveStart(state: RunState): Promise<void> {
    const { tf, folder } = this.#training;
    const last: LastState = { ...state, optimizerStep: 0, averageStep: 0 };
    await saveCheckpoint(tf, folder.lastCheckpoint, { tensors: this.#weights(), state: last });
  }

  /** Saves the weights as the best, as a checkpoint and as LayersModels, with their captions. */
  async saveBest({ values, captions }: Evaluation): Promise<void> {
    const { tf, folder, validation, network } = this.#training;
    const { ids, words } = validation;
    const tensors = this.#weights();
    await saveValidationCaptions(folder, { ids, candidates: captions, references: words });
    await saveNetwork(tf, network, folder.encoder, folder.decoder);
    await saveCheckpoint(tf, folder.bestCheckpoint, { tensors, state: values });
  }

  async #load<State>(
    path: string,
    use: (tensors: Tensors, state: State) => void,
  ): Promise<State | undefined> {
    const { tf } = this.#training;
    const checkpoint = await loadCheckpoint<State>(tf, path);
    if (!checkpoint) return undefined;
    use(checkpoint.tensors, checkpoint.state);
    tf.dispose([...checkpoint.tensors.values()]);
    return checkpoint.state;
  }

  #weights(): Map<string, tfTypes.Variable> {
    return networkVariables(this.#training.network);
  }

  #assign(tensors: Tensors): void {
    for (const [name, variable] of this.#weights()) {
      const tensor = tensors.get(name);
      if (!tensor) throw new Error(`the checkpoint lacks ${name}`);
      variable.assign(tensor);
    }
  }
}

/** Returns the tensors under a prefix, by their names without it. */
function withoutPrefix(tensors: Tensors, prefix: string): Map<string, tfTypes.Tensor> {
  const chosen = [...tensors].filter(([name]) => name.startsWith(`${prefix}/`));
  return new Map(chosen.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}
