import { UserError } from "../errors.ts";
import type { ExternalData, Runtime, Session, SessionOptions } from "../runtime.ts";
import { Vocabulary } from "../vocabulary.ts";
import {
  type BundleFile,
  fileOfRole,
  type Manifest,
  manifestFileName,
  parseManifest,
} from "./manifest.ts";

/** Reads a file of the bundle by its name, from a disk or from a Worker's assets. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** A bundle with its graphs loaded. */
export interface LoadedBundle {
  readonly manifest: Manifest;
  readonly vocabulary: Vocabulary;
  readonly encoder: Session;
  readonly decoder: Session;
}

/**
 * Reads the manifest of a bundle.
 *
 * @throws {UserError} `invalid_manifest` when it does not fit the schema; `invalid_bundle` when it is
 *   not JSON
 */
export async function readManifest(read: ReadFile): Promise<Manifest> {
  return parseManifest(parseJson(manifestFileName, await read(manifestFileName)));
}

/**
 * Reads a bundle and loads its graphs.
 *
 * Checks the sizes of the files but not their hashes, which are checked when a bundle is written,
 * tested and deployed: hashing tens of megabytes would delay a Worker's first caption.
 *
 * @throws {UserError} `invalid_manifest`, `invalid_vocabulary` or `invalid_bundle` when a file is
 *   damaged or missing
 */
export async function loadBundle(read: ReadFile, runtime: Runtime): Promise<LoadedBundle> {
  const manifest = await readManifest(read);
  const vocabularyFile = fileOfRole(manifest, "vocabulary");
  const vocabularyBytes = readSized(read, vocabularyFile);
  const encoderFiles = readGraph("encoder", manifest, read);
  const decoderFiles = readGraph("decoder", manifest, read);
  await Promise.all([vocabularyBytes, encoderFiles, decoderFiles]);
  // ONNX Runtime's memory never shrinks, and packed matrices are held twice while they are loaded. The
  // decoder has the larger ones, so the encoder then fits into the memory that they left free. Packing
  // gains the encoder nothing: it multiplies each matrix with many rows. Packed, edge-caption 2.0.0 took
  // 79 MiB instead of 66.
  const decoder = await load(await decoderFiles, runtime);
  const encoder = await load(await encoderFiles, runtime, { prepack: false });
  const vocabulary = Vocabulary.parse(parseJson(vocabularyFile.path, await vocabularyBytes));
  return { manifest, vocabulary, encoder, decoder };
}

interface GraphFiles {
  readonly model: Uint8Array;
  readonly externalData: readonly ExternalData[];
}

async function readGraph(
  role: "encoder" | "decoder",
  manifest: Manifest,
  read: ReadFile,
): Promise<GraphFiles> {
  const weights = manifest.files.filter((file) => file.role === `${role}-weights`);
  const [model, ...data] = await Promise.all(
    [fileOfRole(manifest, role), ...weights].map((file) => readSized(read, file)),
  );
  const externalData = weights.map(
    (file, index): ExternalData => ({ path: file.path, data: data[index] ?? new Uint8Array() }),
  );
  return { model: model ?? new Uint8Array(), externalData };
}

function load(
  { model, externalData }: GraphFiles,
  runtime: Runtime,
  options?: SessionOptions,
): Promise<Session> {
  return runtime.createSession(model, externalData, options);
}

async function readSized(read: ReadFile, file: BundleFile): Promise<Uint8Array> {
  const bytes = await read(file.path);
  if (bytes.byteLength === file.bytes) return bytes;
  throw new UserError(
    "invalid_bundle",
    `The bundle's ${file.path} has ${bytes.byteLength} bytes where its manifest says ${file.bytes}: write the bundle again.`,
  );
}

function parseJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new UserError("invalid_bundle", `The bundle's ${path} is not JSON.`, { cause });
  }
}
