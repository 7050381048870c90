import { fileOfRole, type Manifest } from "../core/bundle/manifest.ts";
import type { ReadFile } from "../core/bundle/read.ts";
import { UserError } from "../core/errors.ts";
import { externalLocations, readOnnx } from "./index.ts";
import { type StoredWeight, StoredWeights } from "./stored-weights.ts";

/** The weights of a captioner behind its backbone, by `encoder/<layer>/<weight>` and `decoder/...`. */
export type CaptionerWeights = ReadonlyMap<string, StoredWeight>;

const HEAD = ["features", "initial_hidden", "initial_cell"];
const ATTENTION_HEAD = ["keys"];
const DECODER = ["lstm/kernel", "lstm/recurrent_kernel", "lstm/bias", "embedding/embeddings"];
const OUTPUT = ["word/kernel", "word/bias", "logits/bias"];
const ATTENTION = ["query/kernel", "energy/kernel", "gate/kernel", "gate/bias"];

/** ONNX orders an LSTM's gates i, o, f, c; Keras and TensorFlow.js order them i, f, c, o. */
const KERAS_GATES = [0, 2, 3, 1];

/**
 * Reads the weights of an encoder's head and of a decoder back out of a bundle's graphs, in the
 * layout of their LayersModels.
 *
 * `decoder/logits/kernel` is absent where the output is tied to the word vectors.
 *
 * @throws {UserError} `invalid_bundle` where a graph lacks a weight that its kind of network has.
 */
export async function readCaptionerWeights(
  manifest: Manifest,
  read: ReadFile,
): Promise<CaptionerWeights> {
  const attends = manifest.network.kind === "attention";
  const head = [...HEAD, ...(attends ? ATTENTION_HEAD : [])];
  const encoder = await storedWeights(manifest, "encoder", read);
  const decoder = await storedWeights(manifest, "decoder", read);
  const weights = new Map<string, StoredWeight>();
  for (const name of head.flatMap((layer) => [`${layer}/kernel`, `${layer}/bias`])) {
    weights.set(`encoder/${name}`, required(encoder, "encoder", name));
  }
  for (const name of [...DECODER, ...OUTPUT, ...(attends ? ATTENTION : [])]) {
    const weight = required(decoder, "decoder", name);
    weights.set(`decoder/${name}`, name.startsWith("lstm/") ? kerasLstm(name, weight) : weight);
  }
  const output = decoder.get("logits/kernel");
  const embedding = weights.get("decoder/embedding/embeddings");
  if (output && embedding && !isTransposed(output, embedding)) {
    weights.set("decoder/logits/kernel", output);
  }
  return weights;
}

async function storedWeights(
  manifest: Manifest,
  role: "encoder" | "decoder",
  read: ReadFile,
): Promise<StoredWeights> {
  const graph = readOnnx(await read(fileOfRole(manifest, role).path));
  const files = new Map<string, Uint8Array>();
  for (const location of externalLocations(graph)) files.set(location, await read(location));
  return new StoredWeights(graph, files);
}

function required(stored: StoredWeights, graph: string, name: string): StoredWeight {
  const weight = stored.get(name);
  if (weight) return weight;
  throw new UserError(
    "invalid_bundle",
    `The bundle's ${graph} has no weight "${name}": no training can start from it. Convert its run again, or name the run itself.`,
  );
}

/** Turns an ONNX LSTM's `[1, 4H, n]` or bias `[1, 8H]` into Keras' `[n, 4H]` or `[4H]`. */
function kerasLstm(name: string, { shape, data }: StoredWeight): StoredWeight {
  if (name === "lstm/bias") {
    const size = (shape[1] ?? 0) / 8;
    const bias = new Float32Array(4 * size);
    for (const [gate, source] of KERAS_GATES.entries()) {
      for (let unit = 0; unit < size; unit++) {
        const from = source * size + unit;
        // ONNX keeps a bias for the input and one for the last state, which always meet as their sum.
        bias[gate * size + unit] = (data[from] ?? 0) + (data[4 * size + from] ?? 0);
      }
    }
    return { shape: [4 * size], data: bias };
  }
  const [, rows = 0, inputs = 0] = shape;
  const size = rows / 4;
  const kernel = new Float32Array(rows * inputs);
  for (const [gate, source] of KERAS_GATES.entries()) {
    for (let unit = 0; unit < size; unit++) {
      const from = (source * size + unit) * inputs;
      for (let input = 0; input < inputs; input++) {
        kernel[input * rows + gate * size + unit] = data[from + input] ?? 0;
      }
    }
  }
  return { shape: [inputs, rows], data: kernel };
}

function isTransposed(matrix: StoredWeight, other: StoredWeight): boolean {
  const [rows = 0, columns = 0] = matrix.shape;
  if (other.shape[0] !== columns || other.shape[1] !== rows) return false;
  return matrix.data.every(
    (value, at) => other.data[(at % columns) * rows + Math.floor(at / columns)] === value,
  );
}
