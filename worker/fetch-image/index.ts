/**
 * Fetches a picture that a stranger named, from a server that a stranger runs.
 *
 * Nothing of the answer is believed or passed on: not its type, not its length, not where it
 * redirects to. Only its bytes come back.
 *
 * @module
 */

import { UserError } from "../../core/errors.ts";
import { ownRequestHeader } from "../access/own-request.ts";
import { clientGone, Problem } from "../problem.ts";
import type { Settings } from "../settings.ts";
import { Deadline } from "./deadline.ts";
import { plainHostname } from "./private-hosts.ts";
import { type ReadLimits, readBytes } from "./read-bytes.ts";
import { checkResolved, lookupsOf } from "./resolve.ts";
import type { Subrequests } from "./subrequests.ts";
import { parseRedirect, type Target } from "./target.ts";

export { parseTarget, type Target } from "./target.ts";

export interface FetchedImage {
  readonly bytes: Uint8Array;
  /** How many redirects led to it. */
  readonly redirects: number;
}

const requestHeaders = {
  Accept: "image/jpeg, image/png, image/webp, image/gif, image/avif;q=0.8, image/*;q=0.5",
  "User-Agent": "EdgeCaption",
  [ownRequestHeader]: "1",
};

/** What a download is bound to, beside the settings. */
export interface FetchTerms {
  /** Ends fetching when nobody waits for the caption any more. */
  readonly signal?: AbortSignal;
  /** What redirects are paid from, where that is limited. */
  readonly redirects?: Subrequests;
  /** Where the request was sent that asks for the picture: never fetched from. */
  readonly ownUrl?: URL;
  /** Told of bytes as they arrive; slows the download down by waiting, and ends it by throwing. */
  readonly hold?: (bytes: number) => Promise<void>;
}

/**
 * @throws Problem `unreachable`, `timeout`, `upstream_status`, `upstream_interrupted`,
 *   `too_many_bytes`, what looking up its name fails with, a redirect's own (`bad_redirect`,
 *   `redirect_loop`, `too_many_redirects`), or whatever is wrong with the place that one leads to
 */
export async function fetchImage(
  target: Target,
  settings: Settings,
  terms: FetchTerms = {},
): Promise<FetchedImage> {
  const late = new Problem("timeout", `The picture did not arrive in ${settings.FETCH_MS} ms.`);
  const deadline = new Deadline(settings.FETCH_MS, late, terms.signal);
  try {
    const { response, redirects } = await followRedirects(target, settings, deadline, terms);
    const limits = { maximumBytes: settings.MAX_BYTES, deadline, hold: terms.hold };
    const bytes = await readImage(response, limits);
    return { bytes, redirects };
  } finally {
    deadline.end();
  }
}

async function readImage({ body, headers }: Response, limits: ReadLimits): Promise<Uint8Array> {
  try {
    return await readBytes(body, headers, limits);
  } catch (error) {
    const detail = "The server broke off its answer.";
    return rethrow(error, limits.deadline, "upstream_interrupted", detail);
  }
}

async function followRedirects(
  start: Target,
  settings: Settings,
  deadline: Deadline,
  terms: FetchTerms,
) {
  const rules = { ...settings, ownUrl: terms.ownUrl };
  const visited = new Set<string>();
  let target = start;
  for (let redirects = 0; redirects <= settings.MAX_REDIRECTS; redirects++) {
    visited.add(target.url.href);
    if (redirects > 0) terms.redirects?.take(requestsOfHop(settings));
    const response = await request(target, settings, deadline);
    if (response.status === 200) return { response, redirects };
    // Without this the connection would stay open for a body that nobody reads.
    await response.body?.cancel();
    if (!isRedirect(response.status)) {
      throw new Problem("upstream_status", `${target.url.hostname} answered ${response.status}.`);
    }
    target = parseRedirect(response.headers.get("Location"), target, rules);
    if (visited.has(target.url.href)) {
      throw new Problem("redirect_loop", `${target.url.hostname} redirects to where it came from.`);
    }
  }
  throw new Problem("too_many_redirects", `More than ${settings.MAX_REDIRECTS} redirects.`);
}

/** Outgoing requests that one place to fetch from takes. */
export function requestsOfHop(settings: Pick<Settings, "RESOLVER_URL">): number {
  return 1 + lookupsOf(settings);
}

async function request(target: Target, settings: Settings, whole: Deadline): Promise<Response> {
  const { hostname } = target.url;
  // A private host that a setting names is meant, whatever its address is.
  if (!target.isPrivate) await checkResolved(plainHostname(target.url), settings, whole);
  const late = new Problem(
    "timeout",
    `${hostname} did not answer in ${settings.FIRST_BYTE_MS} ms.`,
  );
  const firstByte = new Deadline(settings.FIRST_BYTE_MS, late, whole.signal);
  try {
    const signal = AbortSignal.any([firstByte.signal, whole.signal]);
    // `manual`: the platform would follow redirects without asking the guard.
    const options = { redirect: "manual", headers: requestHeaders, signal } as const;
    return await firstByte.race(fetch(target.url.href, options));
  } catch (error) {
    return rethrow(error, firstByte, "unreachable", `${hostname} could not be reached.`);
  } finally {
    firstByte.clear();
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Gives what the network failed with a name, unless we ended it ourselves and know why. */
function rethrow(
  error: unknown,
  deadline: Deadline,
  code: "unreachable" | "upstream_interrupted",
  detail: string,
): never {
  const cause = deadline.signal.aborted ? deadline.signal.reason : error;
  if (cause instanceof UserError) throw cause;
  if (deadline.signal.aborted) throw clientGone({ cause });
  throw new Problem(code, detail, { cause });
}
