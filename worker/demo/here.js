// Captions in this browser: the choice, its download, and the requests.

import { element } from "./elements.js";
import { ServiceError } from "./service.js";

/**
 * @typedef {import("../../browser/index.js").Captioner} Captioner
 * @typedef {{createScriptURL: (url: string) => any}} Policy
 * @typedef {{trustedTypes?: {createPolicy: (name: string, rules: object) => Policy}}} WithTrustedTypes
 */

const field = element("here-field", HTMLElement);
const box = element("here", HTMLInputElement);
const hint = element("here-hint", HTMLElement);
const progress = element("here-progress", HTMLProgressElement);

/** Where the page remembers the choice. */
const CHOICE = "edge-caption-here";

/** The page's own files, with which it starts offline. */
const PAGE_CACHE = "edge-caption page";

/** @type {Promise<Captioner> | undefined} */
let creating;

/** Aborts a download. */
let download = new AbortController();

/** Tells whether the visitor wants images to be captioned in this browser. */
export function isHere() {
  return box.checked;
}

/**
 * Calls back at first, and whenever the visitor chooses.
 *
 * @param {() => void} listener
 */
export function onChoice(listener) {
  box.addEventListener("change", listener);
  listener();
}

/** @returns {Promise<Captioner>} */
function captioner() {
  creating ??= create().catch((error) => {
    creating = undefined;
    throw error;
  });
  return creating;
}

async function create() {
  /** @type {typeof import("../../browser/index.js")} */
  const { createCaptioner } = await import(/** @type {string} */ ("/browser.js"));
  return createCaptioner({ model: "/model/", onProgress: showProgress });
}

/** @param {import("../../browser/index.js").DownloadProgress} done */
function showProgress({ loadedBytes, totalBytes }) {
  progress.hidden = loadedBytes >= totalBytes;
  progress.max = totalBytes;
  progress.value = loadedBytes;
  hint.textContent =
    loadedBytes < totalBytes
      ? `Downloaded ${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB …`
      : "Loading the model …";
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}

/**
 * Captions a file in this browser.
 *
 * @param {import("./service.js").ImageSource} image
 * @param {{style: string}} given
 * @param {AbortSignal} signal
 * @param {{plain?: boolean}} [options]
 * @returns {Promise<import("./service.js").Answer>}
 */
export async function captionHere(image, { style }, signal, { plain = false } = {}) {
  if ("url" in image) {
    throw new ServiceError(
      "In this browser, only files are captioned: the image's server would learn of you.",
    );
  }
  const beam = 3;
  const shown = plain ? { beam } : { alternatives: beam, attention: true };
  const options = style === "" ? shown : { ...shown, style };
  try {
    const answer = await (await captioner()).caption(image.file, { ...options, signal });
    return { ...answer, alternatives: answer.alternatives ?? [] };
  } catch (error) {
    signal.throwIfAborted();
    throw new ServiceError(error instanceof Error ? error.message : String(error));
  }
}

/** Downloads the model, and keeps the page's files for later visits without a network. */
async function prepare() {
  download = new AbortController();
  const { signal } = download;
  try {
    await (await captioner()).load({ signal });
    hint.textContent = (await keepPage())
      ? "This page works without a network now."
      : "The model is loaded.";
  } catch (error) {
    if (signal.aborted) return;
    hint.textContent = error instanceof Error ? error.message : String(error);
  }
}

/** Tells whether the browser can keep the page, which it does for pages with TLS. */
async function keepPage() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return false;
  await serviceWorker.register(trusted("/service-worker.js"));
  await serviceWorker.ready;
  const { files } = await readIndex();
  const scripts = files
    .filter(({ role }) => role === "captioner")
    .map(({ path }) => `/model/${path}`);
  const elements = document.querySelectorAll("link[href], script[src], [data-example]");
  const names = ["href", "src", "data-example"];
  const own = [...elements].flatMap((one) => names.flatMap((name) => one.getAttribute(name) ?? []));
  const cache = await caches.open(PAGE_CACHE);
  await cache.addAll(["/", "/model", "/browser.js", ...scripts, ...own]);
  return true;
}

/** @returns {Promise<import("../../core/api/browser-index.js").BrowserIndex>} */
async function readIndex() {
  const response = await fetch("/model/");
  if (!response.ok) throw new ServiceError("The model cannot be downloaded.");
  return response.json();
}

/**
 * Marks the URL of a script as trusted, which the page's policy requires.
 *
 * @param {string} url
 */
function trusted(url) {
  const { trustedTypes } = /** @type {WithTrustedTypes} */ (/** @type {unknown} */ (window));
  if (!trustedTypes) return url;
  const rules = { createScriptURL: (/** @type {string} */ given) => given };
  return trustedTypes.createPolicy("edge-caption-page", rules).createScriptURL(url);
}

function choose() {
  if (box.checked) void prepare();
  else download.abort();
  try {
    localStorage.setItem(CHOICE, String(box.checked));
  } catch {
    // The browser keeps nothing for this site.
  }
}

function wasChosen() {
  try {
    return localStorage.getItem(CHOICE) === "true";
  } catch {
    // The browser keeps nothing for this site.
    return false;
  }
}

/**
 * Offers the choice, with the size of the download, if the service lets its model be downloaded. A choice
 * of an earlier visit holds from the start and whatever happens, so that no image is sent unasked.
 */
async function offer() {
  box.checked = wasChosen();
  field.hidden = !box.checked;
  try {
    await describeDownload();
    field.hidden = false;
    if (box.checked) void prepare();
  } catch (error) {
    // A service may keep its model to itself: then only a visitor who has ticked the box sees this.
    hint.textContent = error instanceof Error ? error.message : String(error);
  }
}

async function describeDownload() {
  const { files, modelFiles } = await readIndex();
  const parts = [...files.filter(({ role }) => role !== "captioner"), ...modelFiles];
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  hint.textContent = `Downloads ${megabytes(total)} MB once, and then works without a network.`;
}

box.addEventListener("change", choose);
void offer();
