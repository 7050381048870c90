import { join } from "node:path";
import { z } from "zod";
import {
  CaptionError,
  createSiteClient,
  DEFAULT_PREFIX,
  type SiteClient,
} from "../../client/index.ts";
import { UserError } from "../../core/errors.ts";
import { LOCAL_STATE, readReviewKey } from "../site/state.ts";

const root = join(import.meta.dirname, "../..");

/** Where `npm run site` serves. */
const LOCAL_SITE = "http://localhost:8787";

/** The options by which every command finds the Worker. */
export const siteOptions = z.object({
  site: z
    .string()
    .optional()
    .describe(
      `address of the site that the Worker stands in front of (default: that of a URL in the command, otherwise ${LOCAL_SITE})`,
    ),
  prefix: z.string().default(DEFAULT_PREFIX).describe("the Worker's PREFIX"),
});

/** A site, and a client of the Worker in front of it. */
export interface Site {
  readonly url: URL;
  readonly client: SiteClient;
}

/**
 * Finds the Worker and its key: `ALT_KEY`, otherwise the key of `npm run site`.
 *
 * @param url - a URL of the command, whose host is the site unless an option names another.
 * @throws {UserError} `invalid_url`, `missing_key`
 */
export async function connect(
  { site, prefix }: z.infer<typeof siteOptions>,
  url?: string,
): Promise<Site> {
  const siteUrl = readUrl(site ?? url ?? LOCAL_SITE);
  const isLocal = siteUrl.hostname === "localhost" || siteUrl.hostname === "127.0.0.1";
  if (siteUrl.protocol !== "https:" && !isLocal) {
    const text = `${siteUrl.origin} would be sent the key without encryption: use its https URL.`;
    throw new UserError("invalid_url", text);
  }
  const local = isLocal ? await readReviewKey(join(root, LOCAL_STATE)) : undefined;
  const key = process.env.ALT_KEY ?? local;
  if (key === undefined) {
    throw new UserError(
      "missing_key",
      `Set ALT_KEY to one of the Worker's REVIEW_KEYS${isLocal ? ", or start `npm run site`" : ""}.`,
    );
  }
  return { url: siteUrl, client: createSiteClient({ siteUrl: siteUrl.origin, key, prefix }) };
}

/**
 * Parses a URL that a user gave.
 *
 * @throws {UserError} `invalid_url`
 */
export function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new UserError("invalid_url", `"${text}" is not an http or https URL.`);
}

/** Returns the host of a URL, as the Worker writes it: for `r2://bucket/key`, `r2://bucket`. */
export function hostOf(url: string): string {
  const { protocol, host } = url.startsWith("r2:") ? new URL(url) : readUrl(url);
  return protocol === "r2:" ? `r2://${host}` : host;
}

/**
 * Runs what asks the Worker, and turns its refusals into errors of the user.
 *
 * @throws {UserError} the problem's code, or `unreachable`
 */
export async function asking<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof CaptionError) throw new UserError(cause.code, cause.message, { cause });
    if (cause instanceof TypeError && cause.message === "fetch failed") {
      const reason = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
      throw new UserError("unreachable", `The Worker cannot be reached${reason}.`, { cause });
    }
    throw cause;
  }
}
