import type { io } from "@tensorflow/tfjs";
import { z } from "zod";
import { issueText } from "../../core/api/issue-text.ts";
import { firstIssue, UserError } from "../../core/errors.ts";
import { isOutOfMemory, requireMemory } from "../memory.ts";
import type { LoadOptions } from "./index.ts";
import { isRecord } from "./json.ts";
import type { ModelSource } from "./source.ts";

const weightSchema = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.enum(["float32", "int32", "bool", "string", "complex64"]),
  quantization: z.looseObject({ dtype: z.enum(["uint8", "uint16", "float16"]) }).optional(),
});

const artifactsSchema = z.looseObject({
  format: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z
    .array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weightSchema) }))
    .default([]),
});

type WeightSpec = z.infer<typeof weightSchema>;

const BYTES_OF = { float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2 };

/**
 * Reads a `model.json` and its weights, and checks them against each other.
 *
 * @throws {UserError} `model_invalid` for a file that is not a LayersModel, `model_is_graph` for a
 *   graph model, `weights_missing` and `weights_invalid` for shards that are missing or of the
 *   wrong length, `file_is_pointer` for pointers of Git LFS.
 */
export async function readArtifacts(
  source: ModelSource,
  { note = () => {} }: LoadOptions = {},
): Promise<io.ModelArtifacts> {
  const json = parseJson(source.name, await source.readJson());
  const { modelTopology, weightsManifest } = parseModel(source.name, json);
  const specs = weightsManifest.flatMap(({ weights }) => weights);
  requireMemory(source.name, bytesOfAll(source, specs));
  const groups = await Promise.all(weightsManifest.map(({ paths }) => readGroup(source, paths)));
  // TensorFlow.js concatenates all groups, so surplus bytes would shift the next group.
  const trimmed = groups.map((group, index) => {
    const { paths = [], weights = [] } = weightsManifest[index] ?? {};
    const wanted = bytesOfAll(source, weights);
    const isLast = index === groups.length - 1;
    if (group.byteLength > wanted && isLast) {
      const surplus = group.byteLength - wanted;
      note(`${paths.join(", ")}: ${surplus} bytes after the last weight are ignored`);
    } else if (group.byteLength !== wanted) {
      throw new UserError(
        "weights_invalid",
        `The weights in ${paths.join(", ")} have ${group.byteLength} bytes where ${source.name} says ${wanted}.`,
      );
    }
    return group.subarray(0, wanted);
  });
  return {
    modelTopology,
    weightSpecs: specs as io.WeightsManifestEntry[],
    weightData: concatenate(trimmed),
  };
}

function parseModel(name: string, json: unknown): z.infer<typeof artifactsSchema> {
  const parsed = artifactsSchema.safeParse(withTopology(json));
  refuseGraphModel(name, json);
  if (!parsed.success) {
    const { place } = firstIssue(parsed.error);
    const reason = /^(modelTopology)?$/.test(place)
      ? "it has no topology (modelTopology)"
      : `"${place}" is not valid: ${issueText(parsed.error.issues[0])}`;
    throw new UserError("model_invalid", `${name} is not a TensorFlow.js LayersModel: ${reason}.`);
  }
  if (parsed.data.weightsManifest.length === 0) {
    throw new UserError(
      "weights_missing",
      `${name} has a topology but no weights (weightsManifest): save the model with model.save().`,
    );
  }
  return parsed.data;
}

function parseJson(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    if (isLfsPointer(bytes)) throw lfsPointer(name);
    const what = isKerasFile(bytes)
      ? "a Keras file: export it with tensorflowjs_converter --output_format=tfjs_layers_model"
      : "not JSON: a LayersModel's model.json is needed";
    throw new UserError("model_invalid", `${name} is ${what}.`, { cause });
  }
}

/** Recognises HDF5 (`.h5`) and zip (`.keras`) by their first bytes. */
function isKerasFile(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  return start === "\x89HDF" || start === "PK\x03\x04";
}

/** Recognises the pointer that Git LFS checks out in place of a large file. */
function isLfsPointer(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 40));
  return start.startsWith("version https://git-lfs.github.com/spec");
}

function lfsPointer(name: string): UserError {
  return new UserError(
    "file_is_pointer",
    `${name} is a pointer of Git LFS, not the file itself: fetch it with git lfs pull.`,
  );
}

/** Wraps a bare topology, as `model.toJSON()` and Keras' `to_json()` write it. */
function withTopology(json: unknown): unknown {
  return isRecord(json) &&
    !("modelTopology" in json) &&
    ("class_name" in json || "model_config" in json)
    ? { modelTopology: json }
    : json;
}

function refuseGraphModel(name: string, json: unknown): void {
  if (!isRecord(json)) return;
  const topology = json.modelTopology;
  const isGraph = json.format === "graph-model" || (isRecord(topology) && "node" in topology);
  if (!isGraph) return;
  throw new UserError(
    "model_is_graph",
    `${name} is a TensorFlow graph model, not a LayersModel: convert the SavedModel it came from with tf2onnx, or export the Keras model with tensorflowjs_converter --output_format=tfjs_layers_model.`,
  );
}

async function readGroup(source: ModelSource, paths: readonly string[]): Promise<Uint8Array> {
  const shards = await Promise.all(paths.map((path) => readShard(source, path)));
  return new Uint8Array(concatenate(shards));
}

async function readShard(source: ModelSource, path: string): Promise<Uint8Array> {
  try {
    const bytes = await source.readFile(path);
    if (isLfsPointer(bytes)) throw lfsPointer(path);
    return bytes;
  } catch (cause) {
    if (isOutOfMemory(cause)) throw cause;
    if (cause instanceof UserError && cause.code === "file_is_pointer") throw cause;
    throw new UserError(
      "weights_missing",
      `The weight file ${path} of ${source.name} cannot be read.`,
      {
        cause,
      },
    );
  }
}

function bytesOfAll(source: ModelSource, weights: readonly WeightSpec[]): number {
  return weights.reduce((sum, weight) => sum + lengthOf(source, weight), 0);
}

function lengthOf(source: ModelSource, weight: WeightSpec): number {
  const type = weight.quantization?.dtype ?? weight.dtype;
  if (type === "string") {
    throw new UserError(
      "weights_invalid",
      `The weight "${weight.name}" of ${source.name} is text, which no layer that can be converted has.`,
    );
  }
  return weight.shape.reduce((product, size) => product * size, 1) * BYTES_OF[type];
}

function concatenate(parts: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole.buffer;
}
