import { type Manifest, manifestFileName } from "../core/bundle/manifest.ts";
import { loadBundle, readManifest } from "../core/bundle/read.ts";
import { Captioner } from "../core/captioner.ts";
import { sha256 } from "./digest.ts";
import type { Assets, Bindings } from "./environment.ts";
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

let describing: Promise<ServedModel> | undefined;
let loading: Promise<Captioner> | undefined;
let loaded = false;

/** A request's `waitUntil`: what one begins, others wait for, also when it has gone away. */
type KeepAlive = (promise: Promise<unknown>) => void;

/**
 * What the bundle says of itself, without loading its graphs: read once, then shared by all requests
 * of this isolate. A failure is forgotten, so that the next request tries again.
 *
 * @throws Problem `model_unavailable`
 */
export function describeModel({ ASSETS }: Bindings, keepAlive: KeepAlive): Promise<ServedModel> {
  if (!describing) {
    describing = describe(ASSETS);
    keepAlive(describing.catch(() => undefined));
  }
  return describing;
}

async function describe(assets: Assets): Promise<ServedModel> {
  try {
    const bytes = await readAsset(assets, manifestFileName);
    const manifest = await readManifest(async () => bytes);
    return { manifest, bytes, hash: await sha256(bytes) };
  } catch (cause) {
    describing = undefined;
    return unavailable(cause);
  }
}

/**
 * The captioner of this isolate: loaded when first needed, and shared and tried again as
 * {@link describeModel}.
 *
 * @throws Problem `model_unavailable`
 */
export function loadCaptioner(bindings: Bindings, keepAlive: KeepAlive): Promise<Captioner> {
  if (!loading) {
    loading = load(bindings, keepAlive);
    keepAlive(loading.catch(() => undefined));
  }
  return loading;
}

/** Whether a caption would be written without waiting for the model. */
export function isCaptionerLoaded(): boolean {
  return loaded;
}

async function load(bindings: Bindings, keepAlive: KeepAlive): Promise<Captioner> {
  try {
    const { bytes } = await describeModel(bindings, keepAlive);
    const read = async (path: string) =>
      path === manifestFileName ? bytes : readAsset(bindings.ASSETS, path);
    const bundle = await loadBundle(read, onnxRuntime);
    loaded = true;
    return new Captioner(bundle);
  } catch (cause) {
    loading = undefined;
    if (cause instanceof Problem) throw cause;
    return unavailable(cause);
  }
}

function unavailable(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new Problem("model_unavailable", `The model could not be loaded: ${reason}`, {
    cause,
    headers: { "Retry-After": "5" },
  });
}

async function readAsset(assets: Assets, path: string): Promise<Uint8Array> {
  const response = await assets.fetch(`https://assets.invalid/${path}`);
  if (response.status !== 200) {
    throw new Error(`the asset ${path} was answered with ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
