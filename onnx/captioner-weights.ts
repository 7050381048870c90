import type { Manifest } from "../core/bundle/manifest.ts";
import type { ReadFile } from "../core/bundle/read.ts";
import { UserError } from "../core/errors.ts";
import { LSTM_GATES, permuted } from "./index.ts";
import { readStoredWeights, type StoredWeight, type StoredWeights } from "./stored-weights.ts";

/** The weights of a captioner after its backbone, by names `encoder/<layer>/<weight>` and `decoder/...`. */
export type CaptionerWeights = ReadonlyMap<string, StoredWeight>;

const HEAD = ["features", "initial_hidden", "initial_cell"];
const ATTENTION_HEAD = ["keys"];
const DECODER = ["embedding/embeddings"];
const OUTPUT = ["word/kernel", "word/bias", "logits/bias"];
const ATTENTION = ["query/kernel", "energy/kernel", "gate/kernel", "gate/bias"];

/**
 * Reads the weights of an encoder's head and of a decoder back out of a bundle's graphs, in the
 * layout of their LayersModels.
 *
 * `decoder/logits/kernel` is absent if the output is tied to the word vectors.
 *
 * @throws {UserError} `invalid_bundle` when a graph lacks a weight that its kind of network has.
 */
export async function readCaptionerWeights(
  manifest: Manifest,
  read: ReadFile,
): Promise<CaptionerWeights> {
  const attends = manifest.network.kind === "attention";
  const head = [...HEAD, ...(attends ? ATTENTION_HEAD : [])];
  const encoder = await readStoredWeights(manifest, "encoder", read);
  const decoder = await readStoredWeights(manifest, "decoder", read);
  const weights = new Map<string, StoredWeight>();
  for (const name of head.flatMap((layer) => [`${layer}/kernel`, `${layer}/bias`])) {
    weights.set(`encoder/${name}`, required(encoder, "encoder", name));
  }
  for (const name of [...DECODER, ...OUTPUT, ...(attends ? ATTENTION : [])]) {
    weights.set(`decoder/${name}`, required(decoder, "decoder", name));
  }
  for (const [name, weight] of lstmWeights(decoder)) weights.set(`decoder/lstm/${name}`, weight);
  const output = decoder.get("logits/kernel");
  const embedding = weights.get("decoder/embedding/embeddings");
  if (output && embedding && !isTransposed(output, embedding)) {
    weights.set("decoder/logits/kernel", output);
  }
  return weights;
}

function required(stored: StoredWeights, graph: string, name: string): StoredWeight {
  const weight = stored.get(name);
  if (weight) return weight;
  throw new UserError(
    "invalid_bundle",
    `The bundle's ${graph} has no weight "${name}": no training can start from it. Convert its run again, or name the run itself.`,
  );
}

/** Reads the decoder's LSTM in the layout of Keras: `[n, 4H]`, `[H, 4H]` and `[4H]`. */
function lstmWeights(decoder: StoredWeights): [name: string, weight: StoredWeight][] {
  const stored = (name: string) => required(decoder, "decoder", `lstm/${name}`);
  const bias = stored("bias");
  const units = (bias.shape[1] ?? 0) / 8;
  // The graph of int8 weights stores them transposed, `[1, n, 4H]`.
  const isTurned = stored("recurrent_kernel").shape[1] === units;
  const matrix = (name: string): [string, StoredWeight] => {
    const { shape, data } = stored(name);
    const [, rows = 0, columns = 0] = shape;
    const turned = isTurned ? permuted(data, [rows, columns], [1, 0]) : data;
    const inputs = isTurned ? rows : columns;
    const ordered = inKerasOrder(turned);
    const kernel = permuted(ordered, [4 * units, inputs], [1, 0]);
    return [name, { shape: [inputs, 4 * units], data: kernel }];
  };
  return [
    matrix("kernel"),
    matrix("recurrent_kernel"),
    ["bias", { shape: [4 * units], data: kerasBias(bias.data, units) }],
  ];
}

/** Returns Keras' bias, `[4H]`: the sum of ONNX's two, for the input and for the state (`[8H]`). */
function kerasBias(data: Float32Array<ArrayBuffer>, units: number): Float32Array<ArrayBuffer> {
  const ofState = data.subarray(4 * units);
  return inKerasOrder(data.subarray(0, 4 * units).map((value, at) => value + (ofState[at] ?? 0)));
}

/** Puts the four blocks of an LSTM's gates into Keras' order. */
function inKerasOrder(data: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const size = data.length / LSTM_GATES.length;
  const ordered = new Float32Array(data.length);
  for (const [place, gate] of LSTM_GATES.entries()) {
    ordered.set(data.subarray(place * size, (place + 1) * size), gate * size);
  }
  return ordered;
}

function isTransposed(matrix: StoredWeight, other: StoredWeight): boolean {
  const [rows = 0, columns = 0] = matrix.shape;
  if (other.shape[0] !== columns || other.shape[1] !== rows) return false;
  return matrix.data.every(
    (value, at) => other.data[(at % columns) * rows + Math.floor(at / columns)] === value,
  );
}
