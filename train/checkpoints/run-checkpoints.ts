import type * as tfTypes from "@tensorflow/tfjs";
import { saveValidationCaptions } from "../../run-files/validation-captions.ts";
import type { Evaluation } from "../evaluation.ts";
import { saveNetwork } from "../model/save.ts";
import { modelVariables } from "../model/weights.ts";
import type { StageTrainer } from "../stage-trainer.ts";
import type { Training } from "../training.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { RunState } from "./run-state.ts";

/** What stands in the last checkpoint besides tensors. */
interface LastState extends RunState {
  readonly optimizerStep: number;
  readonly averageStep: number;
}

type Tensors = ReadonlyMap<string, tfTypes.Tensor>;

/** The two checkpoints of a run: the last epoch, whole, to go on from; and the best one's weights. */
export class RunCheckpoints {
  readonly #training: Training;

  constructor(training: Training) {
    this.#training = training;
  }

  /** Gives the network the last epoch's weights. @returns where the run stood, if it ever did. */
  async loadLast(): Promise<RunState | undefined> {
    const { folder } = this.#training;
    return this.#load<LastState>(folder.lastCheckpoint, (tensors) => this.#assign(tensors));
  }

  /** Gives a trainer the optimizer and the average of the last epoch. */
  async loadTrainer(trainer: StageTrainer): Promise<void> {
    const { folder } = this.#training;
    await this.#load<LastState>(folder.lastCheckpoint, (tensors, state) => {
      trainer.optimizer.restore(withPrefix(tensors, "optimizer/"), state.optimizerStep);
      trainer.average.restore(withPrefix(tensors, "average/"), state.averageStep);
    });
  }

  /** Gives the network the best epoch's weights, if there is one. */
  async loadBest(): Promise<void> {
    const { folder } = this.#training;
    await this.#load(folder.bestCheckpoint, (tensors) => this.#assign(tensors));
  }

  async saveLast(trainer: StageTrainer, state: RunState): Promise<void> {
    const { tf, folder } = this.#training;
    const optimizer = trainer.optimizer.state();
    const average = trainer.average.state();
    const tensors = new Map<string, tfTypes.Tensor>(this.#weights());
    for (const [name, tensor] of optimizer.tensors) tensors.set(`optimizer/${name}`, tensor);
    for (const [name, tensor] of average.tensors) tensors.set(`average/${name}`, tensor);
    const last: LastState = {
      ...state,
      optimizerStep: optimizer.step,
      averageStep: average.step,
    };
    await saveCheckpoint(tf, folder.lastCheckpoint, { tensors, state: last });
  }

  /** Keeps the network's weights as the best, as LayersModels too, with what it wrote. */
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
    const { encoder, decoder } = this.#training.network;
    const prefixed = (prefix: string, model: tfTypes.LayersModel) =>
      [...modelVariables(model)].map(
        ([name, variable]) => [`${prefix}/${name}`, variable] as const,
      );
    return new Map([...prefixed("encoder", encoder), ...prefixed("decoder", decoder)]);
  }

  #assign(tensors: Tensors): void {
    for (const [name, variable] of this.#weights()) {
      const tensor = tensors.get(name);
      if (!tensor) throw new Error(`the checkpoint lacks ${name}`);
      variable.assign(tensor);
    }
  }
}

function withPrefix(tensors: Tensors, prefix: string): Map<string, tfTypes.Tensor> {
  const chosen = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(chosen.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
