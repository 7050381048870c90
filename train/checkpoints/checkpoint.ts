import { readFile } from "node:fs/promises";
import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../core/errors.ts";
import { writeAtomically } from "../../node/cli/files.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";

/** Tensors by name and whatever else has to be remembered. */
export interface Checkpoint<State> {
  readonly tensors: ReadonlyMap<string, tfTypes.Tensor>;
  readonly state: State;
}

interface Header<State> {
  readonly state: State;
  readonly specs: tfTypes.io.WeightsManifestEntry[];
}

const lengthBytes = 4;

/**
 * Writes a checkpoint as one file: the length of a JSON header, the header, the tensors' bytes.
 * One file can be replaced whole, so that a run killed while saving still has its last checkpoint.
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
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(json.byteLength);
  await writeAtomically(path, Buffer.concat([length, json, Buffer.from(data)]));
}

/** Reads a checkpoint; nothing if there is none. The tensors are the caller's to dispose of. */
export async function loadCheckpoint<State>(
  tf: TensorFlow,
  path: string,
): Promise<Checkpoint<State> | undefined> {
  const bytes = await readIfThere(path);
  if (!bytes) return undefined;
  try {
    const end = lengthBytes + bytes.readUInt32LE(0);
    const header: Header<State> = JSON.parse(bytes.toString("utf8", lengthBytes, end));
    const data = new Uint8Array(bytes.subarray(end)).buffer;
    const tensors = new Map(Object.entries(tf.io.decodeWeights(data, header.specs)));
    return { tensors, state: header.state };
  } catch (cause) {
    throw new UserError(
      "damaged_checkpoint",
      `The checkpoint ${path} is damaged: begin a new run, or bring the file back.`,
      { cause },
    );
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
