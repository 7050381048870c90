/**
 * @typedef {{caption: string, tokens: string[], tokenLogProbabilities: number[], logProbability: number}} Caption
 * @typedef {{rows: number, columns: number, maps: number[][]}} Attention
 * @typedef {{width: number, height: number}} Size
 * @typedef {Caption & {alternatives: Caption[], attention?: Attention, image: Size}} Answer
 * @typedef {{name: string, version: string, preparation: {fit: string}, network: {regions?: object}}} Model
 * @typedef {{url: string} | {file: Blob, name: string}} Picture
 */

/** What the service answered instead of a caption, in a sentence or two. */
export class Refusal extends Error {
  /** @type {string | undefined} */
  code;

  /**
   * @param {string} message
   * @param {string} [code]
   */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** The beam size, and how many captions it gives: the best, and what else was considered. */
const BEAM = "3";

/** @type {Promise<Model | undefined>} */
export const model = fetch("/model").then(
  (response) => (response.ok ? response.json() : undefined),
  () => undefined,
);

const unreachable = "The service cannot be reached. Are you online?";

/**
 * @param {string} path
 * @returns {Promise<Picture>}
 */
export async function examplePicture(path) {
  const response = await fetch(path).catch(() => undefined);
  if (!response?.ok) throw new Refusal(unreachable);
  return { file: await response.blob(), name: path.slice(1) };
}

/**
 * @param {Picture} picture
 * @param {string} key
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
export async function requestCaption(picture, key, signal) {
  const known = await model;
  // Regions are places in the network's input, which is the whole picture only if it is stretched.
  const attention = known?.network.regions !== undefined && known.preparation.fit === "stretch";
  const query = new URLSearchParams({ alternatives: BEAM, attention: String(attention) });
  /** @type {Record<string, string>} */
  const headers = key === "" ? {} : { Authorization: `Bearer ${key}` };
  /** @type {RequestInit} */
  const init = { signal, headers };
  if ("url" in picture) query.set("url", picture.url);
  else {
    init.method = "POST";
    init.body = picture.file;
    // Were a file called JSON by its owner, it would be read as such.
    headers["Content-Type"] = "application/octet-stream";
  }
  const response = await fetch(`/caption?${query}`, init).catch(() => undefined);
  signal.throwIfAborted();
  if (!response) throw new Refusal(unreachable);
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (body.title) throw new Refusal(`${body.title}. ${body.detail}`, body.code);
  throw new Refusal(`The service answered with status ${response.status}, and no reason.`);
}

/**
 * The command that gives the same sentence: greedy search, which is the default, may find another.
 *
 * @param {Picture} picture
 * @returns {string}
 */
export function commandFor(picture) {
  const service = new URL(`/caption?beam=${BEAM}`, location.href);
  if ("url" in picture) {
    service.searchParams.set("url", picture.url);
    return `curl '${service.href.replaceAll("'", "%27")}'`;
  }
  // Inside of single quotes, a single quote is the only letter that means something else.
  return `curl --data-binary '@${picture.name.replaceAll("'", "'\\''")}' '${service.href}'`;
}
