import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { systemErrorText } from "../../node/cli/system-errors.ts";

/** The fields of a `model.json` that say what it is and where its weights are. */
const modelJsonSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.looseObject({
      paths: z.array(z.string()),
      // What is wrong with single weights, tfjs says when it loads them.
      weights: z.array(z.custom<tfTypes.io.WeightsManifestEntry>()),
    }),
  ),
});

/** A `model.json` and its shards, as they lie on a disk or are served. */
export interface ModelFiles {
  readonly json: Uint8Array;
  /** In the order in which the `model.json` names them. */
  readonly shards: readonly Uint8Array[];
}

/** How long a server may take for one file, in milliseconds. */
const patience = 10 * 60 * 1000;

/**
 * Reads a model's files by the path or URL of its `model.json`.
 *
 * @throws UserError `backbone_not_found`, `invalid_backbone`
 */
export async function readModelFiles(source: string): Promise<ModelFiles> {
  const json = await readSource(source);
  const { weightsManifest } = parseModelJson(source, json);
  const shards = await Promise.all(
    weightsManifest.flatMap(({ paths }) => paths).map((path) => readSource(beside(source, path))),
  );
  return { json, shards };
}

/** What a `model.json` says. @throws UserError `invalid_backbone` */
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

/** The files as `tf.io.fromMemory` takes them. @throws UserError `invalid_backbone` */
export function modelArtifacts(source: string, files: ModelFiles): tfTypes.io.ModelArtifacts {
  const { modelTopology, weightsManifest } = parseModelJson(source, files.json);
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: Uint8Array.from(Buffer.concat(files.shards)).buffer,
  };
}

/** SHA-256 of the files one after the other: the `model.json`, then its shards. */
export function hashOf({ json, shards }: ModelFiles): string {
  const hash = createHash("sha256");
  for (const bytes of [json, ...shards]) hash.update(bytes);
  return hash.digest("hex");
}

export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** The query of the model's address (a signature, say) is asked for with every shard, as tfjs does. */
function beside(source: string, path: string): string {
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
  const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** What `fetch` says is "fetch failed"; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return error.cause.message;
  return "errno" in error ? systemErrorText(error) : error.message;
}
