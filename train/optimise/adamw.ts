import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** Variables with a common learning rate. */
export interface ParameterGroup {
  readonly variables: ReadonlyMap<string, tfTypes.Variable>;
  /** Multiplies the rate of the schedule. */
  readonly rateFactor: number;
}

/** The pull back to a starting point: L2-SP (Li et al., 2018), decoupled like the weight decay. */
export interface Anchor {
  /** The fraction of the distance that a step of rate 1 undoes. */
  readonly strength: number;
  /** The weights at the start, by name; weights that it lacks are not pulled. */
  readonly weights: ReadonlyMap<string, tfTypes.Tensor>;
}

/** The running means of a variable's gradients and of their squares. */
interface Moments {
  readonly first: tfTypes.Variable;
  readonly second: tfTypes.Variable;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/**
 * Optimises by Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2).
 *
 * The bias corrections are part of the rate, as at the end of section 2 of Kingma and Ba (2015), so
 * epsilon is added to the uncorrected root.
 *
 * The optimizers of TensorFlow.js cannot take its place: they have no weight decay, and do not expose
 * all of the state that a checkpoint needs.
 */
export class AdamW {
  readonly #tf: TensorFlow;
  readonly #groups: readonly ParameterGroup[];
  readonly #weightDecay: number;
  readonly #anchor: Anchor | undefined;
  readonly #moments = new Map<string, Moments>();
  #step = 0;

  /**
   * @param weightDecay - the fraction of a weight that a step of rate 1 removes.
   * @param anchor - undefined: no pull.
   */
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

  /** Returns all trained variables, group by group. */
  trained(): tfTypes.Variable[] {
    return [...this.#variables()].map(([, variable]) => variable);
  }

  /**
   * Takes one step down the gradients.
   *
   * @param gradients - by the variables' own names, as `tf.variableGrads` returns them.
   * @param rate - the learning rate of a group with factor 1.
   * @param maximumNorm - the norm to which the gradients of all variables together are clipped.
   */
  apply(gradients: tfTypes.NamedTensorMap, rate: number, maximumNorm: number): void {
    this.#step++;
    const tf = this.#tf;
    tf.tidy(() => {
      const scale = clippingScale(tf, Object.values(gradients), maximumNorm);
      const correction = Math.sqrt(1 - BETA_2 ** this.#step) / (1 - BETA_1 ** this.#step);
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
    const first = tf.add(tf.mul(moments.first, BETA_1), tf.mul(gradient, 1 - BETA_1));
    const second = tf.add(tf.mul(moments.second, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2));
    const step = tf.div(tf.mul(first, rate * correction), tf.add(tf.sqrt(second), EPSILON));
    // Only matrices and kernels decay, not biases, as is usual.
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

  /** Returns the state for a checkpoint: tensors by name, and the number of steps taken. */
  state(): { tensors: Map<string, tfTypes.Tensor>; step: number } {
    const tensors = new Map<string, tfTypes.Tensor>();
    for (const [name, { first, second }] of this.#moments) {
      tensors.set(`${name}/first`, first).set(`${name}/second`, second);
    }
    return { tensors, step: this.#step };
  }

  /** Restores what {@link AdamW.state} returned. @throws {Error} where a tensor is missing. */
  restore(tensors: ReadonlyMap<string, tfTypes.Tensor>, step: number): void {
    for (const [name, { first, second }] of this.#moments) {
      first.assign(saved(tensors, `${name}/first`));
      second.assign(saved(tensors, `${name}/second`));
    }
    this.#step = step;
  }

  /** Disposes of its tensors. */
  dispose(): void {
    for (const { first, second } of this.#moments.values()) this.#tf.dispose([first, second]);
  }
}

function zeros(tf: TensorFlow, shape: number[]): tfTypes.Variable {
  // A variable does not dispose of the tensor that it is made from.
  return tf.tidy(() => {
    const initial = tf.zeros(shape);
    return tf.keep(tf.variable(initial, false)) as tfTypes.Variable;
  });
}

/**
 * Returns the factor that scales the gradients together to at most a norm (Pascanu et al., 2013).
 */
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
