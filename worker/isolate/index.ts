/**
 * What the requests of an isolate share: the model, the slots for work on an image, and work that
 * several requests want at once. All state that outlives a request is here.
 *
 * @module
 */

import type { Manifest } from "../../core/bundle/manifest.ts";
import type { Captioner } from "../../core/captioner.ts";
import type { CacheEntry } from "../cache/outcome.ts";
import type { Bindings, KeepAlive } from "../http/environment.ts";
import type { RequestRecord } from "../http/log.ts";
import { asProblem, unlessGone } from "../http/problem.ts";
import { type BrowserFiles, readBrowserFiles } from "../model/browser-files.ts";
import { createCaptioner, type ModelDescription, readDescription } from "../model/load.ts";
import type { Settings } from "../settings/index.ts";
import { Admission, type Slot } from "./admission.ts";
import { LoadedOnce } from "./loaded-once.ts";
import { SharedWork, type Waiter } from "./shared-work.ts";

const description = new LoadedOnce<ModelDescription>();
const captioner = new LoadedOnce<Captioner>();
const browserFiles = new LoadedOnce<BrowserFiles>();

/** The model, as a request sees it. */
export interface Model {
  readonly manifest: Manifest;
  /** Identifies the whole bundle. */
  readonly hash: string;
  /**
   * Returns the captioner; the first request of an isolate loads it.
   *
   * @throws {Problem} `model_unavailable`
   */
  load(): Promise<Captioner>;
}

/**
 * Reads the model's manifest, without loading the model.
 *
 * @throws {Problem} `model_unavailable`
 */
export async function openModel({ ASSETS }: Bindings, keepAlive: KeepAlive): Promise<Model> {
  const described = await description.get(() => readDescription(ASSETS), keepAlive);
  let loading: Promise<Captioner> | undefined;
  return {
    manifest: described.manifest,
    hash: described.hash,
    load() {
      loading ??= captioner.get(() => createCaptioner(ASSETS, described), keepAlive);
      return loading;
    },
  };
}

/**
 * Reads the list of the files with which a browser captions.
 *
 * @throws {Problem} `model_unavailable`
 */
export async function openBrowserFiles(
  { ASSETS }: Bindings,
  keepAlive: KeepAlive,
): Promise<BrowserFiles> {
  const described = await description.get(() => readDescription(ASSETS), keepAlive);
  return browserFiles.get(() => readBrowserFiles(ASSETS, described), keepAlive);
}

/** Tells whether this isolate has loaded the model. */
export function isModelLoaded(): boolean {
  return captioner.value !== undefined;
}

/** Reads the model's version from its manifest; undefined if that cannot be read. */
export async function modelVersion(
  bindings: Bindings,
  keepAlive: KeepAlive,
): Promise<string | undefined> {
  try {
    return (await openModel(bindings, keepAlive)).manifest.version;
  } catch {
    // A health check must answer without a model; a caption's request reports the reason.
    return undefined;
  }
}

/**
 * The captions of image URLs that are being worked out. Some failures are the leader's own: its
 * client disconnected, or its batch used up its outgoing requests.
 */
export const sharedEntries = new SharedWork<CacheEntry>((error) =>
  ["client_gone", "too_many_subrequests"].includes(asProblem(error).code),
);

let admission: Admission | undefined;

/** What {@link withSlot} needs of a request. */
export interface SlotRequest extends Waiter {
  readonly settings: Settings;
  readonly record: RequestRecord;
}

/**
 * Waits for a slot, and works in it.
 *
 * @throws {Problem} `overloaded`, `client_gone`; whatever the work throws
 */
export async function withSlot<T>(
  request: SlotRequest,
  work: (slot: Slot) => Promise<T>,
): Promise<T> {
  admission ??= new Admission(request.settings);
  const started = Date.now();
  const slot = await unlessGone(admission.enter(request.signal));
  request.record.waitMs = Date.now() - started;
  const done = work(slot).finally(slot.leave);
  // The work must run to its end even if the client disconnects, or the slot would stay taken.
  request.keepAlive(done.catch(() => undefined));
  return done;
}
