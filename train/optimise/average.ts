import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

/**
 * Keeps an exponential moving average of weights, which is evaluated and saved in their place (after
 * Polyak and Juditsky, 1992, who take the plain mean).
 *
 * The decay at step t is `min(decay, (1 + t) / (10 + t))`, so that the first weights soon lose their
 * influence, as in TensorFlow's `ExponentialMovingAverage` with `num_updates`.
 */
export class WeightAverage {
  readonly #tf: TensorFlow;
  readonly #decay: number;
  readonly #variables: ReadonlyMap<string, tfTypes.Variable>;
  readonly #averages = new Map<string, tfTypes.Tensor>();
  #step = 0;

  /** @param decay - 0 to less than 1; 0 keeps the newest weights only. */
  constructor(tf: TensorFlow, variables: ReadonlyMap<string, tfTypes.Variable>, decay: number) {
    this.#tf = tf;
    this.#decay = decay;
    this.#variables = variables;
    for (const [name, variable] of variables) this.#averages.set(name, variable.clone());
  }

  /** Adds the present weights to the average. */
  update(): void {
    this.#step++;
    const decay = Math.min(this.#decay, (1 + this.#step) / (10 + this.#step));
    for (const [name, variable] of this.#variables) {
      const old = this.#averages.get(name);
      if (!old) continue;
      const next = this.#tf.tidy(() =>
        // Kept, because the training step around it disposes of its tensors.
        this.#tf.keep(this.#tf.add(old.mul(decay), variable.mul(1 - decay))),
      );
      old.dispose();
      this.#averages.set(name, next);
    }
  }

  /** Runs a function while the variables hold the averages, and then restores the weights. */
  async with<T>(work: () => Promise<T>): Promise<T> {
    this.#swap();
    try {
      return await work();
    } finally {
      this.#swap();
    }
  }

  #swap(): void {
    for (const [name, variable] of this.#variables) {
      const average = this.#averages.get(name);
      if (!average) continue;
      const weights = variable.clone();
      variable.assign(average);
      average.dispose();
      this.#averages.set(name, weights);
    }
  }

  /** Returns the state for a checkpoint. */
  state(): { tensors: ReadonlyMap<string, tfTypes.Tensor>; step: number } {
    return { tensors: this.#averages, step: this.#step };
  }

  /** Restores what {@link WeightAverage.state} returned. @throws {Error} where a tensor is missing. */
  restore(tensors: ReadonlyMap<string, tfTypes.Tensor>, step: number): void {
    for (const [name, average] of this.#averages) {
      const restored = tensors.get(name);
      if (!restored) throw new Error(`the checkpoint lacks the average of ${name}`);
      average.dispose();
      this.#averages.set(name, restored.clone());
    }
    this.#step = step;
  }

  /** Disposes of its tensors. */
  dispose(): void {
    for (const average of this.#averages.values()) average.dispose();
  }
}
