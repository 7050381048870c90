import { readFile } from "node:fs/promises";
import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import { writeAtomically } from "../../node/cli/files.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** Tensors by name, and a state that JSON can hold. */
interface Checkpoint<State> {
  readonly tensors: ReadonlyMap<string, tfTypes.Tensor>;
  readonly state: State;
}

/** The JSON at the start of a checkpoint's file. */
interface Header<State> {
  readonly state: State;
  readonly specs: tfTypes.io.WeightsManifestEntry[];
}

/** Bytes that hold the length of the header. */
const LENGTH_BYTES = 4;

/**
 * Writes a checkpoint as one file: the length of a JSON header, the header, the tensors' bytes.
 *
 * The file is replaced atomically, so that a run that is killed while saving keeps its last checkpoint.
 */
export async function saveCheckpoint<State>(
  tf: TensorFlow,
  path: string,
  checkpoint: Checkpoint<State>,
): Promise<void> {
  const named = [...checkpoint.tensors].map(([name, tensor]) => ({ name, tensor }));
  const { data, specs } = await tf.io.encodeWeights(named);
  const header: Header<State> = { state: checkpoint.state, specs };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.byteLength);
  await writeAtomically(path, Buffer.concat([length, json, Buffer.from(data)]));
}

/**
 * Reads a checkpoint. The caller disposes of its tensors.
 *
 * @returns undefined if there is no file.
 * @throws {UserError} `damaged_checkpoint`
 */
export async function loadCheckpoint<State>(
  tf: TensorFlow,
  path: string,
): Promise<Checkpoint<State> | undefined> {
  const bytes = await readIfPresent(path);
  if (!bytes) return undefined;
  try {
    const end = LENGTH_BYTES + bytes.readUInt32LE(0);
    const header: Header<State> = JSON.parse(bytes.toString("utf8", LENGTH_BYTES, end));
    const data = new Uint8Array(bytes.subarray(end)).buffer;
    const tensors = new Map(Object.entries(tf.io.decodeWeights(data, header.specs)));
    return { tensors, state: header.state };
  } catch (cause) {
    throw new UserError(
      "damaged_checkpoint",
      `The checkpoint ${path} is damaged: restore the file, or begin a new run.`,
      { cause },
    );
  }
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
