import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** A group of variables that learn at a rate of their own. */
export interface ParameterGroup {
  readonly variables: ReadonlyMap<string, tfTypes.Variable>;
  /** What the schedule's rate is multiplied by. */
  readonly rateFactor: number;
}

/** What weights are pulled back to: L2-SP of Li et al. (2018), decoupled as weight decay is. */
export interface Anchor {
  /** The share of the distance that a step of rate 1 takes back. */
  readonly strength: number;
  /** The weights at the start by name; a weight without one is free. */
  readonly weights: ReadonlyMap<string, tfTypes.Tensor>;
}

interface Moments {
  readonly first: tfTypes.Variable;
  readonly second: tfTypes.Variable;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
 *
 * Our own, because the optimizers of TensorFlow.js neither decay weights nor hand out all of their
 * state, which a checkpoint needs.
 */
export class AdamW {
  readonly #tf: TensorFlow;
  readonly #groups: readonly ParameterGroup[];
  readonly #weightDecay: number;
  readonly #anchor: Anchor | undefined;
  readonly #moments = new Map<string, Moments>();
  #step = 0;

  constructor(
    tf: TensorFlow,
    groups: readonly ParameterGroup[],
    weightDecay: number,
    anchor?: Anchor,
  ) {
    this.#tf = tf;
    this.#anchor = anchor;
    this.#groups = groups;
    this.#weightDecay = weightDecay;
    for (const [name, { shape }] of this.#variables()) {
      this.#moments.set(name, { first: zeros(tf, shape), second: zeros(tf, shape) });
    }
  }

  /** All variables that it trains, in the order in which gradients are asked for. */
  trained(): tfTypes.Variable[] {
    return [...this.#variables()].map(([, variable]) => variable);
  }

  /**
   * One step down the gradients.
   *
   * @param gradients - by the variables' own names, as `tf.variableGrads` gives them.
   * @param rate - the learning rate of a group whose factor is 1.
   * @param maximumNorm - the gradients of all variables together are scaled to at most this norm.
   */
  apply(gradients: tfTypes.NamedTensorMap, rate: number, maximumNorm: number): void {
    this.#step++;
    const tf = this.#tf;
    tf.tidy(() => {
      const scale = clippingScale(tf, Object.values(gradients), maximumNorm);
      const correction = Math.sqrt(1 - beta2 ** this.#step) / (1 - beta1 ** this.#step);
      for (const group of this.#groups) {
        const groupRate = rate * group.rateFactor;
        for (const [name, variable] of group.variables) {
          const gradient = gradients[variable.name];
          if (gradient)
            this.#update(name, variable, tf.mul(gradient, scale), groupRate, correction);
        }
      }
    });
  }

  #update(
    name: string,
    variable: tfTypes.Variable,
    gradient: tfTypes.Tensor,
    rate: number,
    correction: number,
  ): void {
    const tf = this.#tf;
    const moments = this.#moments.get(name);
    if (!moments) throw new Error(`no moments for ${name}`);
    const first = tf.add(tf.mul(moments.first, beta1), tf.mul(gradient, 1 - beta1));
    const second = tf.add(tf.mul(moments.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const step = tf.div(tf.mul(first, rate * correction), tf.add(tf.sqrt(second), epsilon));
    // Biases hold no scale that decay could keep small: only matrices and kernels decay.
    const decay = variable.shape.length > 1 ? 1 - rate * this.#weightDecay : 1;
    moments.first.assign(first);
    moments.second.assign(second);
    const moved = tf.sub(tf.mul(variable, decay), step);
    variable.assign(this.#pulledBack(name, moved, rate));
  }

  #pulledBack(name: string, weight: tfTypes.Tensor, rate: number): tfTypes.Tensor {
    const start = this.#anchor?.weights.get(name);
    if (!this.#anchor || !start) return weight;
    const tf = this.#tf;
    return tf.sub(weight, tf.mul(tf.sub(weight, start), rate * this.#anchor.strength));
  }

  *#variables(): Generator<[string, tfTypes.Variable]> {
    for (const group of this.#groups) yield* group.variables;
  }

  /** The whole state, for a checkpoint: tensors by name and the number of steps taken. */
  state(): { tensors: Map<string, tfTypes.Tensor>; step: number } {
    const tensors = new Map<string, tfTypes.Tensor>();
    for (const [name, { first, second }] of this.#moments) {
      tensors.set(`${name}/first`, first).set(`${name}/second`, second);
    }
    return { tensors, step: this.#step };
  }

  restore(tensors: ReadonlyMap<string, tfTypes.Tensor>, step: number): void {
    for (const [name, { first, second }] of this.#moments) {
      first.assign(saved(tensors, `${name}/first`));
      second.assign(saved(tensors, `${name}/second`));
    }
    this.#step = step;
  }

  dispose(): void {
    for (const { first, second } of this.#moments.values()) this.#tf.dispose([first, second]);
  }
}

function zeros(tf: TensorFlow, shape: number[]): tfTypes.Variable {
  // A variable keeps the tensor that it is made from alive: it must be let go by hand.
  return tf.tidy(() => {
    const initial = tf.zeros(shape);
    return tf.keep(tf.variable(initial, false)) as tfTypes.Variable;
  });
}

function clippingScale(
  tf: TensorFlow,
  gradients: tfTypes.Tensor[],
  maximumNorm: number,
): tfTypes.Tensor {
  const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  return tf.minimum(1, tf.div(maximumNorm, tf.add(norm, 1e-6)));
}

function saved(tensors: ReadonlyMap<string, tfTypes.Tensor>, name: string): tfTypes.Tensor {
  const tensor = tensors.get(name);
  if (tensor) return tensor;
  throw new Error(`the checkpoint lacks ${name}`);
}
