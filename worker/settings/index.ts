/**
 * The Worker's variables: every one of them, with its format, its limits and its default.
 *
 * @module
 */

import { z } from "zod";
import { issueText } from "../../core/api/issue-text.ts";
import { firstIssue, UserError } from "../../core/errors.ts";
import { DEFAULT_USER_AGENT, headerValueSchema, hostHeadersTextSchema } from "./headers.ts";
import { hostPatternsSchema } from "./host-patterns.ts";
import { originListSchema } from "./origins.ts";
import { portListSchema, WEB_PORTS } from "./ports.ts";
import { hostListSchema } from "./private-hosts.ts";
import { secretListSchema } from "./secrets.ts";
import { whole } from "./whole.ts";

const httpsUrl = z
  .string()
  .refine((text) => text === "" || URL.parse(text)?.protocol === "https:", "not an https: URL");

/** Every variable that changes what the service does, with its default. */
export const settingsSchema = z.object({
  PRIVATE_HOSTS: hostListSchema
    .default([])
    .describe(
      "private hosts that may be fetched from, for development: comma-separated host[:port]",
    ),
  ALLOWED_HOSTS: hostPatternsSchema
    .default([])
    .describe(
      "if set, images are fetched from these hosts only: comma-separated, also *.example.com",
    ),
  ALLOWED_PORTS: portListSchema
    .prefault(WEB_PORTS)
    .describe("ports that may be fetched from: comma-separated, also first-last"),
  OWN_HOSTS: hostPatternsSchema
    .default([])
    .describe(
      "further hosts of this service, which it never fetches from; the host of the request is always one: comma-separated, also *.example.com",
    ),
  RESOLVER_URL: httpsUrl
    .default("")
    .describe(
      "a DNS over HTTPS resolver (JSON interface); if set, every host name is looked up and its addresses are checked before the fetch",
    ),
  USER_AGENT: headerValueSchema
    .min(1)
    .default(DEFAULT_USER_AGENT)
    .describe("the User-Agent of requests for images; {service} stands for the service's URL"),
  REFERER: headerValueSchema
    .default("")
    .describe("the Referer of requests for images; none if empty"),
  HOST_HEADERS: hostHeadersTextSchema
    .default({})
    .describe(
      'a secret: further headers for single hosts, sent by https only, as JSON: {"images.example.com": {"Authorization": "Bearer ..."}}',
    ),
  API_KEYS: secretListSchema
    .default([])
    .describe("a secret: keys that requests may send as a bearer token; comma-separated"),
  URL_KEYS: secretListSchema
    .default([])
    .describe("a secret: keys that URLs may be signed with; comma-separated"),
  RATE_LIMIT_SECONDS: whole(10, 60)
    .default(60)
    .describe("the period of the binding RATE_LIMITER, if there is one: 10 or 60"),
  CORS_ORIGINS: originListSchema
    .default([])
    .describe("sites whose pages may call the service: * or comma-separated origins"),
  BROWSER: z
    .enum(["auto", "true", "false"])
    .default("auto")
    .describe(
      "whether everyone may download the model, to caption in a browser: true, false, or auto, which is true unless the service has keys",
    ),
  MAX_BYTES: whole(1, 64 << 20)
    .default(10 << 20)
    .describe("the largest image, in bytes after decompression"),
  MAX_PIXELS: whole(1, 1_000_000_000)
    .default(50_000_000)
    .describe("the largest image, in pixels (width times height), in any format"),
  MAX_DECODE_BYTES: whole(1 << 20, 1 << 30)
    .default(52 << 20)
    .describe(
      "memory for decoding in an isolate; formats that need more of it per pixel are limited to fewer pixels",
    ),
  MAX_JOBS: whole(1, 64).default(8).describe("images that an isolate works on at once"),
  MAX_WAITING: whole(0, 1000)
    .default(64)
    .describe("requests that may queue for one of those slots"),
  MAX_WAIT_MS: whole(0, 60_000)
    .default(10_000)
    .describe("milliseconds that a request waits in the queue"),
  MAX_HELD_BYTES: whole(1, 64 << 20)
    .default(16 << 20)
    .describe(
      "bytes of image files that an isolate holds at once; beyond that only the oldest download goes on",
    ),
  MAX_BATCH: whole(1, 32).default(32).describe("the most images in one POST /captions"),
  SUBREQUESTS: whole(50, 10_000)
    .default(50)
    .describe(
      "outgoing requests that the platform allows for one request: 50, or more on a paid plan",
    ),
  MAX_URL_LENGTH: whole(16, 16_384).default(2048).describe("the longest image URL, in characters"),
  MAX_REDIRECTS: whole(0, 10).default(3).describe("redirects that are followed"),
  FIRST_BYTE_MS: whole(1, 60_000)
    .default(5000)
    .describe("milliseconds until the image's server must begin to answer"),
  RESOLVER_MS: whole(1, 60_000)
    .default(2000)
    .describe("milliseconds until the resolver must answer"),
  FETCH_MS: whole(1, 120_000)
    .default(15_000)
    .describe("milliseconds for fetching an image, redirects included"),
  UPLOAD_MS: whole(1, 120_000)
    .default(30_000)
    .describe("milliseconds for the request's body to arrive"),
  CACHE_SECONDS: whole(0, 31_536_000)
    .default(86_400)
    .describe("seconds that the answer for a URL is cached; 0 turns the cache off"),
  CACHE_PROBLEM_SECONDS: whole(0, 3600)
    .default(60)
    .describe("seconds that the failure for a URL is cached"),
  NEUTRAL: z
    .enum(["true", "false"])
    .default("false")
    .describe("true names people in captions without gender, unless a request says neutral=false"),
  LOG_URLS: z
    .enum(["true", "false"])
    .default("false")
    .describe("true logs the whole image URL, not only its host"),
});

/** The parsed variables. */
export type Settings = z.infer<typeof settingsSchema>;

/**
 * Parses the variables; other bindings are ignored.
 *
 * @throws {UserError} `invalid_settings`, which names the variable. The service refuses to answer
 *   rather than run without a limit that its owner relies on.
 */
export function parseSettings(variables: Readonly<Record<string, unknown>>): Settings {
  const parsed = settingsSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const { issue, place } = firstIssue(parsed.error);
  throw new UserError(
    "invalid_settings",
    `The variable ${place} is not valid: ${issueText(issue)}.`,
  );
}
