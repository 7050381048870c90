import type { Settings } from "../../worker/settings/index.ts";
import { type Finding, fix, note, open } from "./finding.ts";

/** What wrangler.toml says of an environment, as far as it matters to who may do what. */
export interface Exposure {
  readonly settings: Settings;
  /** Names of the secrets that are set; unknown without an account. */
  readonly secrets?: readonly string[];
  /** The binding that counts pictures. */
  readonly rateLimit?: { readonly limit: number; readonly period: number };
  /** Whether there is a domain other than workers.dev. */
  readonly hasDomain: boolean;
}

/** What strangers will be able to do, a line each, so that nobody leaves it open unawares. */
export function leftOpen({ settings, secrets, rateLimit, hasDomain }: Exposure): Finding[] {
  const { ALLOWED_HOSTS, CORS_ORIGINS, LOG_URLS } = settings;
  return [
    ...askers(secrets),
    ...limit(settings, rateLimit),
    ...(ALLOWED_HOSTS.length === 0
      ? [open("Pictures of every public host are fetched: ALLOWED_HOSTS can name the only ones.")]
      : []),
    ...(CORS_ORIGINS.includes("*")
      ? [open("The pages of every site may ask from a browser: CORS_ORIGINS is *.")]
      : []),
    ...(LOG_URLS === "true"
      ? [note("The log will have the whole URLs of pictures: LOG_URLS is true.")]
      : []),
    ...(hasDomain
      ? []
      : [
          note(
            "Nothing is cached on workers.dev: a domain of yours (`routes` in wrangler.toml) would save most of the computing.",
          ),
        ]),
  ];
}

function askers(secrets?: readonly string[]): Finding[] {
  const put = "`npm run wrangler -- secret put API_KEYS --env production`";
  if (!secrets)
    return [note(`Everybody may ask for captions, at your cost, unless ${put} was done.`)];
  if (secrets.includes("API_KEYS") || secrets.includes("URL_KEYS")) return [];
  return [open(`Everybody may ask for captions, at your cost: ${put} sets keys.`)];
}

function limit({ RATE_LIMIT_SECONDS }: Settings, rateLimit?: Exposure["rateLimit"]): Finding[] {
  if (!rateLimit) {
    return [open("They may ask as often as they like: wrangler.toml has no RATE_LIMITER.")];
  }
  if (rateLimit.period === RATE_LIMIT_SECONDS) return [];
  return [
    fix(
      `RATE_LIMIT_SECONDS is ${RATE_LIMIT_SECONDS}, but RATE_LIMITER counts for ${rateLimit.period} seconds: make them the same.`,
    ),
  ];
}
