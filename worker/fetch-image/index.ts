/**
 * Fetches an image from an untrusted URL on an untrusted server.
 *
 * Nothing of the server's answer is believed or passed on: not its type, not its length, not the
 * target of a redirect. Only the bytes are returned.
 *
 * @module
 */

import { UserError } from "../../core/errors.ts";
import { Deadline } from "../http/deadline.ts";
import { clientGone, Problem } from "../http/problem.ts";
import { type ReadLimits, readBytes } from "../http/read-bytes.ts";
import { plainHostname } from "../settings/host-patterns.ts";
import type { Settings } from "../settings/index.ts";
import { requestHeaders } from "./request-headers.ts";
import { checkResolved, lookupsOf } from "./resolve.ts";
import { readRetryAfter } from "./retry-after.ts";
import type { Subrequests } from "./subrequests.ts";
import { parseRedirect, type Target } from "./target.ts";

/** An image's file. */
interface FetchedImage {
  readonly bytes: Uint8Array;
  /** How many redirects led to it. */
  readonly redirects: number;
}

/** Encodings that the platform decodes before the Worker sees the body. */
const DECODED_ENCODINGS: readonly string[] = ["", "identity", "gzip", "br"];

const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308];

/** Conditions of a download, in addition to the settings. */
interface FetchTerms {
  /** Ends the download. */
  readonly signal?: AbortSignal;
  /** The outgoing requests that are left for redirects, if they are limited. */
  readonly redirects?: Subrequests | undefined;
  /** The URL of the request for the caption: its host is never fetched from. */
  readonly ownUrl?: URL;
  /** See {@link ReadLimits}. */
  readonly hold?: ReadLimits["hold"];
}

/**
 * Fetches an image.
 *
 * @throws {Problem} `unreachable`, `timeout`, `upstream_status`, `upstream_interrupted`,
 *   `too_many_bytes`, `client_gone`; `bad_redirect`, `redirect_loop`, `too_many_redirects`, or as
 *   {@link parseRedirect}, for a redirect; as {@link checkResolved} for the look-up
 */
export async function fetchImage(
  target: Target,
  settings: Settings,
  terms: FetchTerms = {},
): Promise<FetchedImage> {
  const late = new Problem("timeout", `The image did not arrive within ${settings.FETCH_MS} ms.`);
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
  const encoding = headers.get("Content-Encoding")?.trim().toLowerCase() ?? "";
  if (!DECODED_ENCODINGS.includes(encoding)) {
    throw new Problem(
      "unsupported_format",
      `The server compresses its answer with ${encoding}; only gzip and br are supported.`,
    );
  }
  try {
    return await readBytes(body, headers, limits);
  } catch (error) {
    const detail = isDecompressionError(error)
      ? `The server's answer says that it is compressed with ${encoding}, but it is not.`
      : "The server's answer ended early.";
    throw fetchProblem(error, limits.deadline, "upstream_interrupted", detail);
  }
}

/** The runtime tells a body that is not compressed as declared only by its message. */
function isDecompressionError(error: unknown): boolean {
  return error instanceof Error && /decompress/i.test(error.message);
}

async function followRedirects(
  start: Target,
  settings: Settings,
  deadline: Deadline,
  terms: FetchTerms,
) {
  const rules = { ...settings, ...(terms.ownUrl ? { ownUrl: terms.ownUrl } : {}) };
  const visited = new Set<string>();
  let target = start;
  for (let redirects = 0; redirects <= settings.MAX_REDIRECTS; redirects++) {
    visited.add(target.url.href);
    if (redirects > 0) terms.redirects?.take(requestsOfHop(settings));
    const response = await request(target, settings, deadline, terms.ownUrl);
    if (isWhole(response)) return { response, redirects };
    // Without this the connection would stay open for a body that is never read.
    await response.body?.cancel();
    const { hostname } = target.url;
    if (!REDIRECT_STATUSES.includes(response.status)) {
      throw new Problem("upstream_status", `${hostname} answered with status ${response.status}.`, {
        headers: readRetryAfter(response, Date.now()),
      });
    }
    target = parseRedirect(response.headers.get("Location"), target, rules);
    if (visited.has(target.url.href)) {
      throw new Problem(
        "redirect_loop",
        `${hostname} redirects to a URL that was already visited.`,
      );
    }
  }
  throw new Problem(
    "too_many_redirects",
    `There are more than ${settings.MAX_REDIRECTS} redirects.`,
  );
}

/** Tells whether an answer has the whole image, whatever its status calls it. */
function isWhole({ status, headers }: Response): boolean {
  // 203 is a 200 that a proxy has changed.
  if (status === 200 || status === 203) return true;
  if (status !== 206) return false;
  const range = /^bytes 0-(\d+)\/(\d+)$/.exec(headers.get("Content-Range") ?? "");
  return range !== null && Number(range[1]) + 1 === Number(range[2]);
}

/** Returns how many outgoing requests one hop takes: the fetch and its look-ups. */
export function requestsOfHop(settings: Pick<Settings, "RESOLVER_URL">): number {
  return 1 + lookupsOf(settings);
}

async function request(
  target: Target,
  settings: Settings,
  whole: Deadline,
  ownUrl: URL | undefined,
): Promise<Response> {
  const { hostname } = target.url;
  // A setting allows a private host by name, whatever its address is.
  if (!target.isPrivate) await checkResolved(plainHostname(target.url), settings, whole);
  const late = new Problem(
    "timeout",
    `${hostname} did not begin to answer within ${settings.FIRST_BYTE_MS} ms.`,
  );
  const firstByte = new Deadline(settings.FIRST_BYTE_MS, late, whole.signal);
  try {
    const signal = AbortSignal.any([firstByte.signal, whole.signal]);
    // `manual`, because the platform would follow redirects without checking their targets.
    const headers = requestHeaders(target.url, settings, ownUrl);
    const options = { redirect: "manual", headers, signal } as const;
    return await firstByte.race(fetch(target.url.href, options));
  } catch (error) {
    throw fetchProblem(error, firstByte, "unreachable", `${hostname} could not be reached.`);
  } finally {
    firstByte.clear();
  }
}

/** Returns the problem that a fetch failed with; if the deadline ended the fetch, its reason. */
function fetchProblem(
  error: unknown,
  { signal }: Deadline,
  code: "unreachable" | "upstream_interrupted",
  detail: string,
): UserError {
  const cause = signal.aborted ? signal.reason : error;
  if (cause instanceof UserError) return cause;
  return signal.aborted ? clientGone({ cause }) : new Problem(code, detail, { cause });
}
