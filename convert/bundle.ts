import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  type BundleFile,
  type Manifest,
  manifestFileName,
  parseManifest,
} from "../core/bundle/manifest.ts";
import { UserError } from "../core/errors.ts";
import { loadTensorFlow, type TensorFlow } from "../node/tensorflow.ts";
import type { CommandOptions } from "./command.ts";
import type { Conversion } from "./convert.ts";
import { type ConvertedEncoder, encoderTopology } from "./encoder-topology.ts";
import { loadModel } from "./load/index.ts";
import { type Run, readRun } from "./run.ts";
import { convertVerified } from "./verified.ts";

interface NewFile {
  readonly role: BundleFile["role"];
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * The largest weights file of a bundle, in bytes.
 *
 * While it loads, ONNX Runtime holds a file and the tensors made from it at once. For the first
 * released bundle its heap grew to 107 MiB with the weights inside the graphs, to 69 MiB with one
 * weights file per graph, and to 62 MiB with files of this size; an isolate has 128 MB.
 */
const WEIGHTS_FILE_BYTES = 15_000_000;

/** The default output folder, which the Worker serves. */
const DEFAULT_FOLDER = "model";

/**
 * Converts a training run to a bundle: both graphs, verified, with vocabulary and manifest.
 *
 * Writes the folder beside its destination and then renames it. Replaces an older bundle, but no
 * other folder.
 *
 * @throws {UserError} `output_taken` when the output folder holds something else.
 */
export async function writeBundle(
  input: string,
  output: string | undefined,
  options: CommandOptions,
): Promise<void> {
  const folder = resolve(output ?? DEFAULT_FOLDER);
  await refuseForeign(folder);
  const run = await readRun(input);
  const files = [...(await convertRun(run, options)), vocabularyFile(run.vocabulary)];
  const manifest = parseManifest({
    schema: 1,
    name: options.name,
    version: options.modelVersion,
    ...run.about,
    files: files.map(describeFile),
  });
  const older = await manifestIn(folder);
  await replaceFolder(folder, files, manifest);
  const place = output ?? DEFAULT_FOLDER;
  const replaced = older ? `, in place of ${titleOf(older)}` : "";
  const next = output === undefined ? "npm start" : `npm run caption -- --model ${place} PHOTO.jpg`;
  process.stdout.write(
    `${place}: ${titleOf(manifest)}, ${files.length + 1} files${replaced}\nnext: ${next}\n`,
  );
}

/** Names a bundle. The data set is part of it, because many bundles share the default name and version. */
function titleOf({ name, version, provenance }: Manifest): string {
  return `${name} ${version} (${provenance.dataset})`;
}

/** Returns the manifest of the bundle in a folder; undefined if there is none that can be read. */
async function manifestIn(folder: string): Promise<Manifest | undefined> {
  try {
    return parseManifest(JSON.parse(await readFile(join(folder, manifestFileName), "utf8")));
  } catch {
    return undefined;
  }
}

async function convertRun(run: Run, options: CommandOptions): Promise<NewFile[]> {
  const { tf } = await loadTensorFlow();
  const limited = {
    ...options,
    maximumFileBytes: Math.min(options.maximumFileBytes, WEIGHTS_FILE_BYTES),
  };
  const externalWeights = true;
  const model = await loadModel(tf, run.encoder);
  const encoder = await convertVerified(tf, model, limited, {
    name: "encoder",
    externalWeights,
    inputTypes: { [run.about.network.encoder.image]: "uint8" },
  });
  const decoder = await convertVerified(tf, await loadModel(tf, run.decoder), limited, {
    name: "decoder",
    externalWeights,
  });
  const converted = { ...run, model, conversion: encoder, path: run.encoder };
  return [
    ...graphFiles("encoder", encoder),
    ...(await topologyFile(tf, converted, options)),
    ...graphFiles("decoder", decoder),
  ];
}

async function topologyFile(
  tf: TensorFlow,
  encoder: ConvertedEncoder,
  { weights, tolerance, weightsTolerance }: CommandOptions,
): Promise<NewFile[]> {
  const allowed = weights === "fp32" ? tolerance : weightsTolerance;
  const data = await encoderTopology(tf, encoder, allowed);
  return data ? [{ role: "encoder-topology", path: "encoder-topology.json", data }] : [];
}

function graphFiles(role: "encoder" | "decoder", conversion: Conversion): NewFile[] {
  const weights = conversion.externalData.map(
    ({ path, data }): NewFile => ({ role: `${role}-weights`, path, data }),
  );
  return [{ role, path: `${role}.onnx`, data: conversion.model }, ...weights];
}

function vocabularyFile(tokens: readonly string[]): NewFile {
  const data = new TextEncoder().encode(`${JSON.stringify(tokens)}\n`);
  return { role: "vocabulary", path: "vocabulary.json", data };
}

function describeFile({ role, path, data }: NewFile): BundleFile {
  const sha256 = createHash("sha256").update(data).digest("hex");
  return { role, path, bytes: data.byteLength, sha256 };
}

/** Refuses to replace a folder that is not a bundle. */
async function refuseForeign(folder: string): Promise<void> {
  if (!existsSync(folder) || existsSync(join(folder, manifestFileName))) return;
  throw new UserError(
    "output_taken",
    `${folder} exists and is not a bundle: name another folder, or remove it first.`,
  );
}

/** Writes the files beside a folder, which then replaces it. On a failure the folder is as it was. */
async function replaceFolder(
  folder: string,
  files: readonly NewFile[],
  manifest: Manifest,
): Promise<void> {
  const beside = `${folder}.${randomUUID()}.partial`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    await mkdir(beside);
    for (const { path, data } of files) await writeFile(join(beside, path), data);
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeFile(join(beside, manifestFileName), text);
    await takePlace(beside, folder);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
}

/** Renames a folder. An older folder of the new name is removed, or kept on a failure. */
async function takePlace(source: string, target: string): Promise<void> {
  if (!existsSync(target)) return rename(source, target);
  const old = `${target}.${randomUUID()}.old`;
  await rename(target, old);
  try {
    await rename(source, target);
  } catch (error) {
    await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
