import { type Manifest, manifestFileName } from "../../core/bundle/manifest.ts";
import { loadBundle, readManifest } from "../../core/bundle/read.ts";
import { Captioner } from "../../core/captioner.ts";
import { Deadline } from "../http/deadline.ts";
import { sha256 } from "../http/digest.ts";
import type { Assets } from "../http/environment.ts";
import { Problem } from "../http/problem.ts";
import { onnxRuntime } from "./onnx-runtime.ts";

/** The description of a bundle. */
export interface ModelDescription {
  readonly manifest: Manifest;
  /** The SHA-256 of the manifest, which contains the hashes of all other files. */
  readonly hash: string;
  /** The manifest's file. */
  readonly bytes: Uint8Array;
}

/**
 * Reads the bundle's manifest, without loading its graphs.
 *
 * @throws {Problem} `model_unavailable`
 */
export async function readDescription(assets: Assets): Promise<ModelDescription> {
  try {
    const bytes = await readAsset(assets, manifestFileName);
    const manifest = await readManifest(async () => bytes);
    return { manifest, bytes, hash: await sha256(bytes) };
  } catch (cause) {
    throw unavailable(cause);
  }
}

/**
 * Loads the bundle's graphs into ONNX Runtime.
 *
 * @throws {Problem} `model_unavailable`
 */
export async function createCaptioner(
  assets: Assets,
  { bytes }: ModelDescription,
): Promise<Captioner> {
  const read = async (path: string) =>
    path === manifestFileName ? bytes : readAsset(assets, path);
  try {
    return new Captioner(await loadBundle(read, onnxRuntime));
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** Says why the model is not there. */
export function unavailable(cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Problem("model_unavailable", `The model could not be loaded: ${reason}`, {
    cause,
    headers: { "Retry-After": "5" },
  });
}

/** Limit for reading one file, in milliseconds. Assets are stored next to the Worker. */
const ASSET_MS = 30_000;

/**
 * Reads the bytes of an asset.
 *
 * @throws {Error} if it is not there, or late
 */
export async function readAsset(assets: Assets, path: string): Promise<Uint8Array> {
  const late = new Error(`the asset ${path} did not arrive within ${ASSET_MS} ms`);
  const deadline = new Deadline(ASSET_MS, late);
  try {
    const response = await deadline.race(assets.fetch(`https://assets.invalid/${path}`));
    if (response.status !== 200) {
      throw new Error(`the asset ${path} was answered with ${response.status}`);
    }
    return new Uint8Array(await deadline.race(response.arrayBuffer()));
  } finally {
    deadline.clear();
  }
}
