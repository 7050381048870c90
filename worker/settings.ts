import type { MiddlewareHandler } from "hono";
import { z } from "zod";
import { secretListSchema } from "./access/secrets.ts";
import { originListSchema } from "./cors.ts";
import type { Bindings, Environment } from "./environment.ts";
import { hostPatternsSchema } from "./fetch-image/host-patterns.ts";
import { portListSchema, webPorts } from "./fetch-image/ports.ts";
import { hostListSchema } from "./fetch-image/private-hosts.ts";
import { resolverUrlSchema } from "./fetch-image/resolve.ts";
import { Problem } from "./problem.ts";

/** A whole number, which a variable may write as text. */
function whole(minimum: number, maximum: number) {
  const digits = z.string().regex(/^[0-9]+$/, "not a whole number");
  return z.union([z.number(), digits.transform(Number)]).pipe(z.int().min(minimum).max(maximum));
}

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
      "the only hosts that may be fetched from, if any are named: comma-separated, also *.example.com",
    ),
  ALLOWED_PORTS: portListSchema
    .prefault(webPorts)
    .describe("the ports that may be fetched from: comma-separated, also first-last"),
  OWN_HOSTS: hostPatternsSchema
    .default([])
    .describe(
      "hosts of this service, which it never asks, beside the one that a request came to: comma-separated, also *.example.com",
    ),
  RESOLVER_URL: resolverUrlSchema
    .default("")
    .describe(
      "a DNS over HTTPS resolver (its JSON interface) by which every name is looked up and checked before it is asked",
    ),
  API_KEYS: secretListSchema
    .default([])
    .describe("a secret: keys, any of which must be sent as a bearer token; comma-separated"),
  URL_KEYS: secretListSchema
    .default([])
    .describe("a secret: keys, with any of which a URL may be signed; comma-separated"),
  RATE_LIMIT_SECONDS: whole(10, 60)
    .default(60)
    .describe("the period of the binding RATE_LIMITER, where there is one: 10 or 60"),
  CORS_ORIGINS: originListSchema
    .default([])
    .describe("sites whose pages may ask from a browser: * or comma-separated origins"),
  MAX_BYTES: whole(1, 64 << 20)
    .default(10 << 20)
    .describe("the largest picture, in bytes as they arrive, decompressed"),
  MAX_PIXELS: whole(1, 1_000_000_000)
    .default(50_000_000)
    .describe("the largest picture, in pixels (width times height), whatever its kind"),
  MAX_DECODE_BYTES: whole(1 << 20, 1 << 30)
    .default(36 << 20)
    .describe(
      "memory for decoding in an isolate: kinds of picture that take more of it may have fewer pixels",
    ),
  MAX_JOBS: whole(1, 64).default(8).describe("pictures in work at once in an isolate"),
  MAX_WAITING: whole(0, 1000)
    .default(64)
    .describe("requests that may wait for one of those places"),
  MAX_WAIT_MS: whole(0, 60_000).default(10_000).describe("milliseconds for which they wait"),
  MAX_HELD_BYTES: whole(1, 64 << 20)
    .default(16 << 20)
    .describe(
      "bytes of pictures that an isolate holds at once; beyond that only the oldest picture may grow",
    ),
  MAX_BATCH: whole(1, 32).default(32).describe("the most pictures of one POST /captions"),
  SUBREQUESTS: whole(50, 10_000)
    .default(50)
    .describe("outgoing requests that the platform allows a request: 50, or more if paid for"),
  MAX_URL_LENGTH: whole(16, 16_384).default(2048).describe("the longest URL of a picture"),
  MAX_REDIRECTS: whole(0, 10).default(3).describe("redirects that are followed"),
  FIRST_BYTE_MS: whole(1, 60_000)
    .default(5000)
    .describe("milliseconds until a picture's server must have begun to answer"),
  RESOLVER_MS: whole(1, 60_000)
    .default(2000)
    .describe("milliseconds until a resolver must have answered about a name"),
  FETCH_MS: whole(1, 120_000)
    .default(15_000)
    .describe("milliseconds for fetching a picture, redirects included"),
  UPLOAD_MS: whole(1, 120_000)
    .default(30_000)
    .describe("milliseconds for a request's own body to arrive"),
  CACHE_SECONDS: whole(0, 31_536_000)
    .default(86_400)
    .describe("seconds for which an answer about a URL is kept; 0 keeps none"),
  CACHE_PROBLEM_SECONDS: whole(0, 3600)
    .default(60)
    .describe("seconds for which it is kept that a picture cannot be captioned"),
  LOG_URLS: z
    .enum(["true", "false"])
    .default("false")
    .describe("true logs the whole URL of a picture, not only its host"),
});

export type Settings = z.infer<typeof settingsSchema>;

/** The bindings of an isolate never change, so they are read once. */
const known = new WeakMap<object, Settings>();

/**
 * Reads the variables.
 *
 * @throws Problem `invalid_settings`, which names the variable: better no answer than a limit that
 *   somebody believes in and that is not there.
 */
function readSettings(bindings: Bindings): Settings {
  const settings = known.get(bindings) ?? parseSettings(bindings);
  known.set(bindings, settings);
  return settings;
}

export function parseSettings(variables: Readonly<Record<string, unknown>>): Settings {
  const parsed = settingsSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Problem(
    "invalid_settings",
    `The variable ${issue?.path.join(".") ?? ""} is not valid: ${issue?.message ?? ""}.`,
  );
}

export const provideSettings: MiddlewareHandler<Environment> = async (c, next) => {
  c.set("settings", readSettings(c.env));
  await next();
};
