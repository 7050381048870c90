/**
 * @typedef {object} Image
 * @property {string} key
 * @property {string} url
 * @property {string} state
 * @property {string | null} alt
 * @property {string | null} caption
 * @property {number | null} confidence
 * @property {string | null} model
 * @property {string | null} problem
 * @property {number} version
 * @property {{ url: string, place: string }[]} pages
 *
 * @typedef {{ action: "edit", alt: string } | { action: "approve" | "decorative" | "reset" }} Decision
 * @typedef {{ from: number, images: number, meanConfidence: number }} Bin
 */

/** A failure that the service answers with. */
export class ServiceError extends Error {
  /**
   * @param {string} message
   * @param {string} code
   * @param {Image} [current] - the image as another person has changed it.
   */
  constructor(message, code, current) {
    super(message);
    this.code = code;
    this.current = current;
  }
}

/**
 * Sends a request to the service that serves this page.
 *
 * @param {string} path - relative to the page.
 * @param {string} [method]
 * @param {unknown} [body]
 */
async function ask(path, method = "GET", body) {
  /** @type {RequestInit} */
  const init = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(new URL(path, location.href), init).catch(() => {
    throw new ServiceError("The service cannot be reached.", "unreachable");
  });
  if (response.status === 204) return undefined;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { detail = `The service answered with status ${response.status}.`, code = "" } = answer;
  throw new ServiceError(detail, code, answer.current);
}

/**
 * @param {Record<string, string>} query
 * @returns {Promise<{ images: Image[], cursor?: string }>}
 */
export const listImages = (query) => ask(`api/images?${new URLSearchParams(query)}`);

/**
 * Returns where to see an image. One that only a bucket has is shown by the service.
 *
 * @param {Image} image
 */
export const pictureOf = ({ key, url }) =>
  url.startsWith("r2:") ? new URL(`api/images/${key}/picture`, location.href).href : url;

/**
 * @param {Image} image
 * @param {Decision} decision
 * @returns {Promise<Image>} as it is now.
 */
export const decide = ({ key, version }, decision) =>
  ask(`api/images/${key}`, "PATCH", { version, ...decision });

/** @returns {Promise<{ states: Record<string, number> }>} */
export const readStatus = () => ask("api/status");

/** @returns {Promise<{ minConfidence: number | null, bins: Bin[] }>} */
export const readConfidence = () => ask("api/confidence");

/** @param {string} key */
export const signIn = (key) => ask("session", "POST", { key });

export const signOut = () => ask("session", "DELETE");
