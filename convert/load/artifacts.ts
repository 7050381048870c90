import type { io } from "@tensorflow/tfjs";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { isOutOfMemory, requireMemory } from "../memory.ts";
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

const bytesOf = { float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2 };

/**
 * Reads a `model.json` and its weights, and checks them against each other.
 *
 * @throws UserError `model_invalid` for a file that is no LayersModel, `weights_missing` and
 *   `weights_invalid` for shards that are not there or not of the right length.
 */
export async function readArtifacts(source: ModelSource): Promise<io.ModelArtifacts> {
  const json = parseJson(source.name, await source.readJson());
  const parsed = artifactsSchema.safeParse(withTopology(json));
  refuseGraphModel(source.name, json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join(".") ?? "";
    const reason = /^(modelTopology)?$/.test(place)
      ? "it has no topology (modelTopology)"
      : `"${place}": ${issue?.message}`;
    throw new UserError(
      "model_invalid",
      `${source.name} is not a TensorFlow.js LayersModel: ${reason}.`,
    );
  }
  const { modelTopology, weightsManifest } = parsed.data;
  if (weightsManifest.length === 0) {
    throw new UserError(
      "weights_missing",
      `${source.name} has a topology but no weights (weightsManifest): save the model with model.save().`,
    );
  }
  const specs = weightsManifest.flatMap(({ weights }) => weights);
  requireMemory(source.name, bytesOfAll(source, specs));
  const groups = await Promise.all(
    weightsManifest.map(({ paths, weights }) => readGroup(source, paths, weights)),
  );
  return {
    modelTopology,
    weightSpecs: specs as io.WeightsManifestEntry[],
    weightData: concatenate(groups),
  };
}

function parseJson(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const what = isKerasFile(bytes)
      ? "a file of Keras: export it with tensorflowjs_converter --output_format=tfjs_layers_model"
      : "not JSON: a LayersModel's model.json is needed";
    throw new UserError("model_invalid", `${name} is ${what}.`, { cause });
  }
}

/** HDF5 (`.h5`) and zip (`.keras`) say what they are in their first bytes. */
function isKerasFile(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  return start === "\x89HDF" || start === "PK\x03\x04";
}

/** A bare topology, as `model.toJSON()` and Keras's `to_json()` write it, is wrapped. */
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

async function readGroup(
  source: ModelSource,
  paths: readonly string[],
  weights: readonly WeightSpec[],
): Promise<Uint8Array> {
  const shards = await Promise.all(paths.map((path) => readShard(source, path)));
  const group = new Uint8Array(concatenate(shards));
  const wanted = bytesOfAll(source, weights);
  if (group.byteLength !== wanted) {
    throw new UserError(
      "weights_invalid",
      `The weights in ${paths.join(", ")} have ${group.byteLength} bytes where ${source.name} says ${wanted}.`,
    );
  }
  return group;
}

async function readShard(source: ModelSource, path: string): Promise<Uint8Array> {
  try {
    return await source.readFile(path);
  } catch (cause) {
    if (isOutOfMemory(cause)) throw cause;
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
  return weight.shape.reduce((product, size) => product * size, 1) * bytesOf[type];
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
