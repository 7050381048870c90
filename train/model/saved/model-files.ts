import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { z } from "zod";
import { UserError } from "../../../core/errors.ts";
import { systemErrorText } from "../../../node/cli/system-errors.ts";

/** The fields of a `model.json` that hold its layers and name its weights' files. */
const modelJsonSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.looseObject({
      paths: z.array(z.string()),
      // TensorFlow.js checks the single weights when it loads them.
      weights: z.array(z.custom<tfTypes.io.WeightsManifestEntry>()),
    }),
  ),
});

/** The files of a LayersModel. */
export interface ModelFiles {
  readonly json: Uint8Array;
  /** In the order in which the `model.json` names them. */
  readonly shards: readonly Uint8Array[];
}

/** How long the download of one file may take, in milliseconds. */
const DOWNLOAD_TIMEOUT = 10 * 60 * 1000;

/**
 * Reads a model's files by the path or URL of its `model.json`.
 *
 * @throws {UserError} `backbone_not_found`, `invalid_backbone`
 */
export async function readModelFiles(source: string): Promise<ModelFiles> {
  const json = await readSource(source);
  const { weightsManifest } = parseModelJson(source, json);
  const shards = await Promise.all(
    weightsManifest
      .flatMap(({ paths }) => paths)
      .map((path) => readSource(shardSource(source, path))),
  );
  return { json, shards };
}

/**
 * Parses a `model.json`.
 *
 * @throws {UserError} `invalid_backbone`
 */
export function parseModelJson(source: string, bytes: Uint8Array): z.infer<typeof modelJsonSchema> {
  let model: unknown;
  try {
    model = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new UserError("invalid_backbone", `The backbone ${source} is not JSON.`, { cause });
  }
  const parsed = modelJsonSchema.safeParse(model);
  if (parsed.success) return parsed.data;
  throw new UserError(
    "invalid_backbone",
    `The backbone ${source} is not a LayersModel: its modelTopology or weightsManifest is missing or damaged.`,
  );
}

/**
 * Returns the files in the form that `tf.io.fromMemory` takes.
 *
 * @throws {UserError} `invalid_backbone`
 */
export function modelArtifacts(source: string, files: ModelFiles): tfTypes.io.ModelArtifacts {
  const { modelTopology, weightsManifest } = parseModelJson(source, files.json);
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: Uint8Array.from(Buffer.concat(files.shards)).buffer,
  };
}

/** Returns the SHA-256 of the `model.json` followed by its shards, in hexadecimal digits. */
export function hashOf({ json, shards }: ModelFiles): string {
  const hash = createHash("sha256");
  for (const bytes of [json, ...shards]) hash.update(bytes);
  return hash.digest("hex");
}

/** Returns whether a source is an http(s) URL and not a path. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/**
 * Returns the path or URL of a shard. Like TensorFlow.js, gives it the query of the model's URL, such
 * as a signature.
 */
function shardSource(source: string, path: string): string {
  if (!isUrl(source)) return join(dirname(source), path);
  const url = new URL(path, source);
  url.search ||= new URL(source).search;
  return url.href;
}

async function readSource(source: string): Promise<Uint8Array> {
  try {
    return isUrl(source) ? await download(source) : await readFile(source);
  } catch (cause) {
    throw new UserError(
      "backbone_not_found",
      `The backbone's file ${source} cannot be read: ${reasonOf(cause)}.`,
      { cause },
    );
  }
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) });
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Returns the cause of a failed `fetch`, whose own message is only "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return error.cause.message;
  return "errno" in error ? systemErrorText(error) : error.message;
}
