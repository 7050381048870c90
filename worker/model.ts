import type { Manifest } from "../core/bundle/manifest.ts";
import { loadBundle, readManifest } from "../core/bundle/read.ts";
import { Captioner } from "../core/captioner.ts";
import type { Assets, Bindings } from "./environment.ts";
import { onnxRuntime } from "./onnx-runtime.ts";
import { Problem } from "./problem.ts";

let loading: Promise<Captioner> | undefined;
let loaded = false;

/**
 * The captioner of this isolate: loaded when first needed, then shared by all its requests. A
 * failure is forgotten, so that the next request tries again.
 *
 * @param keepAlive - the request's `waitUntil`. What one request begins, others wait for: it must
 *   go on when the one who asked first goes away.
 * @throws Problem `model_unavailable`
 */
export function loadCaptioner(
  { ASSETS }: Bindings,
  keepAlive: (promise: Promise<unknown>) => void,
): Promise<Captioner> {
  if (!loading) {
    loading = load(ASSETS);
    keepAlive(loading.catch(() => undefined));
  }
  return loading;
}

/** Whether a caption would be written without waiting for the model. */
export function isCaptionerLoaded(): boolean {
  return loaded;
}

/**
 * What the bundle says of itself, without loading its graphs.
 *
 * @throws Problem `model_unavailable`
 */
export function readModelManifest({ ASSETS }: Bindings): Promise<Manifest> {
  return readManifest((path) => readAsset(ASSETS, path)).catch(unavailable);
}

async function load(assets: Assets): Promise<Captioner> {
  try {
    const bundle = await loadBundle((path) => readAsset(assets, path), onnxRuntime);
    loaded = true;
    return new Captioner(bundle);
  } catch (cause) {
    loading = undefined;
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
