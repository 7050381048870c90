/**
 * @typedef {{caption: string, tokens: string[], tokenLogProbabilities: number[], logProbability: number, confidence?: number}} Caption
 * @typedef {{rows: number, columns: number, maps: number[][]}} Attention
 * @typedef {{width: number, height: number}} Size
 * @typedef {Caption & {alternatives: Caption[], attention?: Attention, image: Size}} Answer
 * @typedef {{name: string, version: string, preparation: {fit: string}, network: {regions?: object}, styles?: string[], defaultStyle?: string, confidence?: {threshold?: number}}} Model
 * @typedef {{url: string} | {file: Blob, name: string}} ImageSource
 */

/** Thrown if there is no caption; the message is for the visitor. */
export class ServiceError extends Error {
  /** @type {string | undefined} */
  code;

  /** Seconds after which to try again, if the service said so. */
  retryAfter = 0;

  /**
   * @param {string} message
   * @param {string} [code]
   * @param {number} [retryAfter]
   */
  constructor(message, code, retryAfter = 0) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** The beam size, which is also the number of captions shown. */
const BEAM = "3";

/** @type {Promise<Model | undefined>} */
export const model = fetch("/model").then(
  (response) => (response.ok ? response.json() : undefined),
  () => undefined,
);

const UNREACHABLE = "The service cannot be reached. Are you online?";

/**
 * Loads an example.
 *
 * @param {string} path
 * @returns {Promise<ImageSource>}
 */
export async function exampleImage(path) {
  const response = await fetch(path).catch(() => undefined);
  if (!response?.ok) throw new ServiceError(UNREACHABLE);
  return { file: await response.blob(), name: path.slice(1) };
}

/**
 * Requests the caption of an image.
 *
 * @param {ImageSource} image
 * @param {{key: string, style: string}} given - an API key and a style, either may be empty.
 * @param {AbortSignal} signal
 * @param {{plain?: boolean}} [options] - plain leaves out alternatives and attention.
 * @returns {Promise<Answer>}
 */
export async function requestCaption(image, { key, style }, signal, { plain = false } = {}) {
  const known = plain ? undefined : await model;
  // Regions are places in the network's input, which shows the whole image only if it is stretched.
  const attention = known?.network.regions !== undefined && known.preparation.fit === "stretch";
  const query = new URLSearchParams(
    plain ? { beam: BEAM } : { alternatives: BEAM, attention: String(attention) },
  );
  if (style !== "") query.set("style", style);
  /** @type {Record<string, string>} */
  const headers = key === "" ? {} : { Authorization: `Bearer ${key}` };
  /** @type {RequestInit} */
  const init = { signal, headers };
  if ("url" in image) query.set("url", image.url);
  else {
    init.method = "POST";
    init.body = image.file;
    // A file of type JSON would otherwise be read as a body that names a URL.
    headers["Content-Type"] = "application/octet-stream";
  }
  const response = await fetch(`/caption?${query}`, init).catch(() => undefined);
  signal.throwIfAborted();
  if (!response) throw new ServiceError(UNREACHABLE);
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const retryAfter = Number(response.headers.get("Retry-After") ?? 0);
  if (body.detail) throw new ServiceError(body.detail, body.code, retryAfter);
  throw new ServiceError(`The service answered with status ${response.status} and no explanation.`);
}

/**
 * Returns the URL that a visitor typed, who may leave out `https://`; undefined if it is empty.
 *
 * @param {string} text
 */
export function urlFrom(text) {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return /^[a-z][a-z0-9+.-]*:(\/\/|(?![0-9]))/i.test(trimmed) ? trimmed : `https://${trimmed}`;
}

/**
 * Returns a command that gives the same caption. It names the beam size, since the default, greedy
 * search, may find another one.
 *
 * @param {ImageSource} image
 * @param {string} style - may be empty.
 * @returns {string}
 */
export function commandFor(image, style) {
  const service = new URL(`/caption?beam=${BEAM}`, location.href);
  if (style !== "") service.searchParams.set("style", style);
  if ("url" in image) {
    service.searchParams.set("url", image.url);
    return `curl '${service.href.replaceAll("'", "%27")}'`;
  }
  // Inside single quotes, only a single quote has a special meaning.
  return `curl --data-binary '@${image.name.replaceAll("'", "'\\''")}' '${service.href}'`;
}
