import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { NetworkSizes } from "./network.ts";

type Symbolic = tfTypes.SymbolicTensor;

/**
 * Returns the standard deviation that gives new embeddings a length of about one at every size.
 *
 * Longer embeddings, tied to the output, would favour some words from the start. Much shorter ones (a
 * fixed deviation of 0.05 at a size of 32) carried so little signal that a small decoder ignored the
 * image.
 */
function embeddingDeviation(embeddingSize: number): number {
  return 1 / Math.sqrt(embeddingSize);
}

/**
 * Builds one step of the decoder from stock layers.
 *
 * - inputs `token`: `int32 [N, 1]`, `hidden`, `cell`: `[N, units]`, and for the kind `attention`
 *   `features`: `[N, regions, D]`, `keys`: `[N, regions, A]`;
 * - outputs `logits`: `[N, V]`, `next_hidden`, `next_cell`: `[N, units]`, and for the kind `attention`
 *   `attention`: `[N, regions]`.
 *
 * `lstm` is Show and Tell (Vinyals et al., 2015), except that the image sets the first state.
 * `attention` is the soft attention of Show, Attend and Tell (Xu et al., 2015): at each word the
 * LSTM's last state queries the regions, and a gate scales the context vector. The output layers read
 * the new state and the context, but not the previous word as the paper's "deep output" does.
 */
export function buildDecoder(
  tf: TensorFlow,
  sizes: NetworkSizes,
  regions: number,
): tfTypes.LayersModel {
  const { units } = sizes;
  const token = tf.input({ shape: [1], dtype: "int32", name: "token" });
  const hidden = tf.input({ shape: [units], name: "hidden" });
  const cell = tf.input({ shape: [units], name: "cell" });
  const embedded = embed(tf, sizes, token);
  const attended = sizes.kind === "attention" ? attend(tf, sizes, regions, hidden) : undefined;
  const input = attended
    ? joinContext(tf, embedded, attended.context, sizes.featureSize)
    : embedded;
  const [nextHidden, nextCell] = recurrence(tf, sizes, [input, hidden, cell]);
  const seen = attended ? concatenate(tf, "seen", [nextHidden, attended.context]) : nextHidden;
  const logits = wordLogits(tf, sizes, seen);
  return tf.model({
    name: "decoder",
    inputs: [token, hidden, cell, ...(attended?.inputs ?? [])],
    outputs: [
      logits,
      named(tf, "next_hidden", nextHidden, units),
      named(tf, "next_cell", nextCell, units),
      ...(attended ? [attended.attention] : []),
    ],
  });
}

function embed(tf: TensorFlow, sizes: NetworkSizes, token: Symbolic): Symbolic {
  const { vocabularySize, embeddingSize, seed } = sizes;
  return tf.layers
    .embedding({
      name: "embedding",
      inputDim: vocabularySize,
      outputDim: embeddingSize,
      embeddingsInitializer: tf.initializers.randomNormal({
        stddev: embeddingDeviation(embeddingSize),
        seed: seed + 10,
      }),
    })
    .apply(token) as Symbolic;
}

/** Applies the LSTM to a sequence of one word. @returns its next hidden and cell state. */
function recurrence(tf: TensorFlow, sizes: NetworkSizes, inputs: Symbolic[]): [Symbolic, Symbolic] {
  const { units, seed } = sizes;
  const lstm = tf.layers.lstm({
    name: "lstm",
    units,
    recurrentActivation: "sigmoid",
    unitForgetBias: true,
    returnState: true,
    kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 11 }),
    // Has the scale of the usual orthogonal matrix, which takes TensorFlow.js 5 s at 512 units.
    recurrentInitializer: tf.initializers.varianceScaling({
      scale: 1,
      mode: "fanOut",
      distribution: "normal",
      seed: seed + 12,
    }),
  });
  const call: { initialState?: unknown } = {};
  const [, nextHidden, nextCell] = lstm.apply(inputs, call) as [Symbolic, Symbolic, Symbolic];
  // TensorFlow.js also records the first state among the call's arguments, which cannot be saved.
  delete call.initialState;
  return [nextHidden, nextCell];
}

/** The inputs and outputs of attention. */
interface Attended {
  readonly inputs: Symbolic[];
  readonly attention: Symbolic;
  readonly context: Symbolic;
}

/**
 * Builds additive attention (Bahdanau et al., 2015) and the gate of Xu et al. (2015), section 4.2.1,
 * with a value for each feature where the paper has one scalar.
 */
function attend(tf: TensorFlow, sizes: NetworkSizes, regions: number, hidden: Symbolic): Attended {
  const { featureSize, attentionSize, seed } = sizes;
  const features = tf.input({ shape: [regions, featureSize], name: "features" });
  const keys = tf.input({ shape: [regions, attentionSize], name: "keys" });
  const glorot = (draw: number) => tf.initializers.glorotUniform({ seed: seed + draw });
  const query = tf.layers
    .dense({ name: "query", units: attentionSize, useBias: false, kernelInitializer: glorot(13) })
    .apply(hidden) as Symbolic;
  const row = tf.layers
    .reshape({ name: "query_row", targetShape: [1, attentionSize] })
    .apply(query);
  const sum = tf.layers.add({ name: "meet" }).apply([keys, row as Symbolic]) as Symbolic;
  const met = tf.layers
    .activation({ name: "meet_tanh", activation: "tanh" })
    .apply(sum) as Symbolic;
  const energy = tf.layers
    .dense({ name: "energy", units: 1, useBias: false, kernelInitializer: glorot(14) })
    .apply(met) as Symbolic;
  const energies = tf.layers.reshape({ name: "energies", targetShape: [regions] }).apply(energy);
  const attention = tf.layers
    .softmax({ name: "attention" })
    .apply(energies as Symbolic) as Symbolic;
  const glimpse = tf.layers.dot({ name: "glimpse", axes: [1, 1] }).apply([attention, features]);
  const gate = tf.layers
    .dense({
      name: "gate",
      units: featureSize,
      activation: "sigmoid",
      kernelInitializer: glorot(15),
    })
    .apply(hidden) as Symbolic;
  const context = tf.layers
    .multiply({ name: "context" })
    .apply([glimpse as Symbolic, gate]) as Symbolic;
  return { inputs: [features, keys], attention, context };
}

function joinContext(
  tf: TensorFlow,
  embedded: Symbolic,
  context: Symbolic,
  size: number,
): Symbolic {
  const row = tf.layers.reshape({ name: "context_row", targetShape: [1, size] }).apply(context);
  return concatenate(tf, "input", [embedded, row as Symbolic]);
}

function concatenate(tf: TensorFlow, name: string, inputs: Symbolic[]): Symbolic {
  return tf.layers.concatenate({ name, axis: -1 }).apply(inputs) as Symbolic;
}

function wordLogits(tf: TensorFlow, sizes: NetworkSizes, seen: Symbolic): Symbolic {
  const { embeddingSize, vocabularySize, seed } = sizes;
  const word = tf.layers
    .dense({
      name: "word",
      units: embeddingSize,
      activation: "tanh",
      kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 16 }),
    })
    .apply(seen) as Symbolic;
  return tf.layers
    .dense({
      name: "logits",
      units: vocabularySize,
      kernelInitializer: tf.initializers.randomNormal({
        stddev: embeddingDeviation(embeddingSize),
        seed: seed + 17,
      }),
    })
    .apply(word) as Symbolic;
}

/**
 * Gives an output its own name, by an identity. It is a reshape because `predict` disposes of a tensor
 * that later layers have read, and an activation would return that same tensor.
 */
function named(tf: TensorFlow, name: string, tensor: Symbolic, size: number): Symbolic {
  return tf.layers.reshape({ name, targetShape: [size] }).apply(tensor) as Symbolic;
}
