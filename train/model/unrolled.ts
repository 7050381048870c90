import type * as tfTypes from "@tensorflow/tfjs";
import { type DrawKey, drawKey } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { TrainingOperations } from "../backend/operations.ts";
import type { CaptionNetwork } from "./network.ts";
import { modelVariables, variable } from "./weights.ts";

type Tensor = tfTypes.Tensor;
type Tensor2D = tfTypes.Tensor2D;

/** The encoder's output for B images. */
export interface ImageState {
  /** `[B, H]` */
  readonly hidden: Tensor2D;
  /** `[B, H]` */
  readonly cell: Tensor2D;
  /** `features`: `[B, R, D]`, `keys`: `[B, R, A]`; only with attention. */
  readonly regions?: { readonly features: tfTypes.Tensor3D; readonly keys: tfTypes.Tensor3D };
}

/** The decoder's recurrent state of N captions, each `[N, H]`. */
export interface CaptionState {
  readonly hidden: Tensor2D;
  readonly cell: Tensor2D;
}

/** The training targets of B images with S captions each, image by image. */
export interface CaptionBatch {
  readonly images: number;
  readonly captionsPerImage: number;
  /** T, the words of the longest caption and its end. */
  readonly steps: number;
  /** `[T, B * S]`, step by step: the input tokens, the start token first. */
  readonly inputs: Int32Array;
  /** `[T, B * S]`: the token after each input. */
  readonly targets: Int32Array;
  /** `[T, B * S]`: the weight of each target in the loss; 0 after the end of a caption. */
  readonly weights: Float32Array;
}

/** Dropout of training: the share of values that is dropped, and the key of its random draws. */
export interface Dropout {
  readonly rate: number;
  readonly key: DrawKey;
}

/** The decoder's output for a batch. */
export interface BatchOutput {
  /** `[M, V]` at the M positions whose weight is not zero, in the batch's order. */
  readonly logits: Tensor2D;
  /** For each step `[B, S, R]`; no steps without attention. */
  readonly attention: readonly tfTypes.Tensor3D[];
}

interface StepResult {
  readonly state: CaptionState;
  /** The output layers' input: `[N, H + D]`, or without attention `[N, H]`. */
  readonly seen: Tensor2D;
  readonly attention?: tfTypes.Tensor3D;
}

/**
 * Computes the two LayersModels by hand on their own variables, for speed.
 *
 * Applying the layers would cost their overhead at every word and repeat each image for each of its
 * captions. Here all words are embedded and projected at once, matrices that multiply the same vector
 * are joined, and all captions of an image share its regions.
 */
export class UnrolledNetwork {
  /** The LayersModels that own the variables. */
  readonly layers: CaptionNetwork;
  readonly tf: TensorFlow;
  readonly operations: TrainingOperations;
  readonly #encoder: ReadonlyMap<string, tfTypes.Variable>;
  readonly #decoder: ReadonlyMap<string, tfTypes.Variable>;
  readonly #attends: boolean;
  readonly #tied: boolean;

  constructor(tf: TensorFlow, operations: TrainingOperations, layers: CaptionNetwork) {
    this.tf = tf;
    this.operations = operations;
    this.layers = layers;
    this.#encoder = modelVariables(layers.encoder);
    this.#decoder = modelVariables(layers.decoder);
    this.#attends = layers.description.kind === "attention";
    this.#tied = layers.tied;
  }

  /**
   * Computes the part of the encoder after its backbone.
   *
   * @param grid - the features, `[B, rows, columns, C]`.
   */
  imageState(grid: tfTypes.Tensor4D, dropout?: Dropout): ImageState {
    const tf = this.tf;
    const [images, rows, columns, channels] = grid.shape;
    const flat = this.#drop(tf.reshape(grid, [-1, channels]), dropout, "grid");
    const features: Tensor2D = tf.relu(this.#dense(this.#encoder, "features", flat as Tensor2D));
    const size = features.shape[1] ?? 0;
    const regions = tf.reshape(features, [images, rows * columns, size]) as tfTypes.Tensor3D;
    const mean = tf.mean(regions, 1) as Tensor2D;
    const hidden = this.#dense(this.#encoder, "initial_hidden", mean);
    const cell = this.#dense(this.#encoder, "initial_cell", mean);
    if (!this.#attends) return { hidden, cell };
    const keys = this.#dense(this.#encoder, "keys", features as Tensor2D);
    const keyed = tf.reshape(keys, [images, rows * columns, -1]) as tfTypes.Tensor3D;
    return { hidden, cell, regions: { features: regions, keys: keyed } };
  }

  /** Returns the state before the first word of `captionsPerImage` captions of each image. */
  startCaptions(image: ImageState, captionsPerImage: number): CaptionState {
    const repeat = (tensor: Tensor2D): Tensor2D => {
      const [images, size] = tensor.shape;
      const tiled = this.tf.tile(this.tf.expandDims(tensor, 1), [1, captionsPerImage, 1]);
      return this.tf.reshape(tiled, [images * captionsPerImage, size]);
    };
    return { hidden: repeat(image.hidden), cell: repeat(image.cell) };
  }

  /**
   * Advances N captions by one word, without dropout.
   *
   * @param tokens - the last word of each caption, `int32 [N]`.
   * @returns the next state, and the logits `[N, V]` of the next word.
   */
  step(image: ImageState, state: CaptionState, tokens: tfTypes.Tensor1D) {
    const embedded = this.#embed(tokens);
    const result = this.#advance(this.#matrices(), image, state, this.#gatesOf(embedded));
    return { ...result, logits: this.#logits(result.seen) };
  }

  /** Computes all words of a batch under teacher forcing; differentiable in the variables. */
  teacherForced(image: ImageState, batch: CaptionBatch, dropout?: Dropout): BatchOutput {
    const tf = this.tf;
    const embedded = this.#drop(this.#embed(tf.tensor1d(batch.inputs, "int32")), dropout, "words");
    const gates = tf.split(this.#gatesOf(embedded as Tensor2D), batch.steps) as Tensor2D[];
    const matrices = this.#matrices();
    const seen: Tensor2D[] = [];
    const attention: tfTypes.Tensor3D[] = [];
    let state = this.startCaptions(image, batch.captionsPerImage);
    for (const stepGates of gates) {
      const result = this.#advance(matrices, image, state, stepGates);
      state = result.state;
      seen.push(result.seen);
      if (result.attention) attention.push(result.attention);
    }
    const counted = countedPositions(batch.weights);
    const rows = tf.gather(tf.concat(seen, 0), tf.tensor1d(counted, "int32"));
    return { logits: this.#logits(rows as Tensor2D, dropout), attention };
  }

  #dense(weights: ReadonlyMap<string, tfTypes.Variable>, layer: string, input: Tensor2D): Tensor2D {
    const product = this.tf.matMul(
      input,
      variable(weights, `${layer}/kernel`) as unknown as Tensor2D,
    );
    return this.tf.add(product, variable(weights, `${layer}/bias`));
  }

  #drop(tensor: Tensor, dropout: Dropout | undefined, place: string): Tensor {
    if (!dropout || dropout.rate === 0) return tensor;
    const draws = this.operations.uniform(tensor.shape, drawKey(dropout.key, place));
    const kept = this.tf.cast(this.tf.greaterEqual(draws, dropout.rate), "float32");
    return this.tf.mul(tensor, this.tf.mul(kept, 1 / (1 - dropout.rate)));
  }

  #embed(tokens: tfTypes.Tensor1D): Tensor2D {
    return this.tf.gather(variable(this.#decoder, "embedding/embeddings"), tokens) as Tensor2D;
  }

  /** Computes the words' contribution to the LSTM's gates, bias included: `[N, 4H]`. */
  #gatesOf(embedded: Tensor2D): Tensor2D {
    const kernel = variable(this.#decoder, "lstm/kernel");
    const words = this.tf.slice(kernel, [0, 0], [embedded.shape[1], -1]) as Tensor2D;
    return this.tf.add(this.tf.matMul(embedded, words), variable(this.#decoder, "lstm/bias"));
  }

  /** Collects the matrices of a step; those that multiply the hidden state are joined. */
  #matrices(): StepMatrices {
    const tf = this.tf;
    const weight = (name: string) => variable(this.#decoder, name) as unknown as Tensor2D;
    const recurrent = weight("lstm/recurrent_kernel");
    if (!this.#attends) return { ofHidden: recurrent };
    const gate = weight("gate/kernel");
    const size = gate.shape[1];
    const kernel = weight("lstm/kernel");
    const words = kernel.shape[0] - size;
    return {
      ofHidden: tf.concat([recurrent, weight("query/kernel"), gate], 1),
      attention: {
        ofContext: tf.slice(kernel, [words, 0], [size, -1]),
        energy: weight("energy/kernel"),
        gateBias: variable(this.#decoder, "gate/bias"),
        attentionSize: weight("query/kernel").shape[1],
        featureSize: size,
      },
    };
  }

  #advance(
    matrices: StepMatrices,
    image: ImageState,
    state: CaptionState,
    wordGates: Tensor2D,
  ): StepResult {
    const tf = this.tf;
    const ofHidden = tf.matMul(state.hidden, matrices.ofHidden);
    if (!matrices.attention || !image.regions) {
      const next = this.#lstm(tf.add(wordGates, ofHidden) as Tensor2D, state);
      return { state: next, seen: next.hidden };
    }
    const { attentionSize, featureSize } = matrices.attention;
    const units = 4 * state.hidden.shape[1];
    const [recurrent, query, gate] = tf.split(ofHidden, [units, attentionSize, featureSize], 1) as [
      Tensor2D,
      Tensor2D,
      Tensor2D,
    ];
    const { context, attention } = this.#attend(matrices.attention, image.regions, query, gate);
    const fromContext: Tensor2D = tf.matMul(context, matrices.attention.ofContext);
    const gates: Tensor2D = tf.addN([wordGates, recurrent, fromContext]);
    const next = this.#lstm(gates, state);
    return { state: next, seen: tf.concat([next.hidden, context], 1), attention };
  }

  #attend(
    matrices: AttentionMatrices,
    regions: NonNullable<ImageState["regions"]>,
    query: Tensor2D,
    gate: Tensor2D,
  ): { context: Tensor2D; attention: tfTypes.Tensor3D } {
    const tf = this.tf;
    const [images, count, size] = regions.keys.shape;
    const captions = query.shape[0] / images;
    const queries = tf.reshape(query, [images, captions, 1, size]);
    const met = tf.tanh(tf.add(tf.expandDims(regions.keys, 1), queries));
    const energies = tf.matMul(tf.reshape(met, [-1, size]) as Tensor2D, matrices.energy);
    const attention = tf.softmax(
      tf.reshape(energies, [images, captions, count]),
    ) as tfTypes.Tensor3D;
    const glimpse = tf.reshape(tf.matMul(attention, regions.features), [-1, matrices.featureSize]);
    const context = tf.mul(glimpse, tf.sigmoid(tf.add(gate, matrices.gateBias))) as Tensor2D;
    return { context, attention };
  }

  /** Applies the gates, `[N, 4H]` in Keras' order: input, forget, candidate, output. */
  #lstm(gates: Tensor2D, state: CaptionState): CaptionState {
    const tf = this.tf;
    const [input, forget, candidate, output] = tf.split(gates, 4, 1) as [
      Tensor2D,
      Tensor2D,
      Tensor2D,
      Tensor2D,
    ];
    const kept = tf.mul(tf.sigmoid(forget), state.cell);
    const cell = tf.add(kept, tf.mul(tf.sigmoid(input), tf.tanh(candidate))) as Tensor2D;
    return { cell, hidden: tf.mul(tf.sigmoid(output), tf.tanh(cell)) as Tensor2D };
  }

  #logits(seen: Tensor2D, dropout?: Dropout): Tensor2D {
    const tf = this.tf;
    const dropped = this.#drop(seen, dropout, "seen") as Tensor2D;
    const word: Tensor2D = tf.tanh(this.#dense(this.#decoder, "word", dropped));
    if (!this.#tied) return this.#dense(this.#decoder, "logits", word);
    const bias = variable(this.#decoder, "logits/bias");
    const embedding = variable(this.#decoder, "embedding/embeddings") as unknown as Tensor2D;
    return tf.add(tf.matMul(word, embedding, false, true), bias);
  }
}

interface AttentionMatrices {
  readonly ofContext: Tensor2D;
  readonly energy: Tensor2D;
  readonly gateBias: Tensor;
  readonly attentionSize: number;
  readonly featureSize: number;
}

interface StepMatrices {
  readonly ofHidden: Tensor2D;
  readonly attention?: AttentionMatrices;
}

/**
 * Returns the positions of a batch whose weight is not zero, in ascending order.
 *
 * @param weights - `[T, N]`, flat.
 * @returns `[M]`
 */
export function countedPositions(weights: Float32Array): Int32Array {
  const positions: number[] = [];
  for (const [position, weight] of weights.entries()) if (weight !== 0) positions.push(position);
  return Int32Array.from(positions);
}
