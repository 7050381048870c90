import { type Manifest, manifestFileName } from "../core/bundle/manifest.ts";
import { loadBundle, readManifest } from "../core/bundle/read.ts";
import { Captioner } from "../core/captioner.ts";
import { sha256 } from "./digest.ts";
import type { Assets, Bindings } from "./environment.ts";
import { Deadline } from "./fetch-image/deadline.ts";
import { type KeepAlive, LoadedOnce } from "./loaded-once.ts";
import { onnxRuntime } from "./onnx-runtime.ts";
import { Problem } from "./problem.ts";

/** The bundle that this service writes its captions with. */
export interface ServedModel {
  readonly manifest: Manifest;
  /** Stands for all of the bundle: the manifest has the hashes of its other files. */
  readonly hash: string;
  /** The manifest as it is written. */
  readonly bytes: Uint8Array;
}

const describing = new LoadedOnce<ServedModel>();
const captioner = new LoadedOnce<Captioner>();

/**
 * What the bundle says of itself, without loading its graphs.
 *
 * @throws Problem `model_unavailable`
 */
export function describeModel({ ASSETS }: Bindings, keepAlive: KeepAlive): Promise<ServedModel> {
  return describing.get(() => describe(ASSETS).catch(unavailable), keepAlive);
}

async function describe(assets: Assets): Promise<ServedModel> {
  const bytes = await readAsset(assets, manifestFileName);
  const manifest = await readManifest(async () => bytes);
  return { manifest, bytes, hash: await sha256(bytes) };
}

/**
 * The captioner of this isolate.
 *
 * @throws Problem `model_unavailable`
 */
export function loadCaptioner(bindings: Bindings, keepAlive: KeepAlive): Promise<Captioner> {
  return captioner.get(() => load(bindings, keepAlive).catch(unavailable), keepAlive);
}

/** Whether a caption would be written without waiting for the model. */
export function isCaptionerLoaded(): boolean {
  return captioner.isLoaded;
}

async function load(bindings: Bindings, keepAlive: KeepAlive): Promise<Captioner> {
  const { bytes } = await describeModel(bindings, keepAlive);
  const read = async (path: string) =>
    path === manifestFileName ? bytes : readAsset(bindings.ASSETS, path);
  return new Captioner(await loadBundle(read, onnxRuntime));
}

function unavailable(cause: unknown): never {
  if (cause instanceof Problem) throw cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new Problem("model_unavailable", `The model could not be loaded: ${reason}`, {
    cause,
    headers: { "Retry-After": "5" },
  });
}

/** Files lie beside the Worker: what takes longer will not come. */
const assetMs = 30_000;

async function readAsset(assets: Assets, path: string): Promise<Uint8Array> {
  const late = new Error(`the asset ${path} did not arrive in ${assetMs} ms`);
  const deadline = new Deadline(assetMs, late);
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
