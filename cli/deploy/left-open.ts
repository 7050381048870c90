import type { Settings } from "../../worker/settings/index.ts";
import { type Finding, fix, note, open } from "./finding.ts";

/** The configuration of a deployment that decides what strangers may do. */
export interface Exposure {
  readonly settings: Settings;
  /** Names of the secrets; unknown without an account. */
  readonly secrets?: readonly string[];
  /** The binding that limits images per client. */
  readonly rateLimit?: { readonly limit: number; readonly period: number };
  /** Whether there is a domain other than workers.dev. */
  readonly hasDomain: boolean;
}

/** Lists what strangers will be able to do. */
export function leftOpen({ settings, secrets, rateLimit, hasDomain }: Exposure): Finding[] {
  const { ALLOWED_HOSTS, CORS_ORIGINS, LOG_URLS } = settings;
  return [
    ...access(secrets),
    ...limit(settings, rateLimit),
    ...(ALLOWED_HOSTS.length === 0
      ? [open("Images of all public hosts are fetched: ALLOWED_HOSTS can restrict them.")]
      : []),
    ...(CORS_ORIGINS.includes("*")
      ? [open("Pages of all websites may send requests: CORS_ORIGINS is *.")]
      : []),
    ...download(settings, secrets),
    ...(LOG_URLS === "true"
      ? [note("The log will hold the images' whole URLs: LOG_URLS is true.")]
      : []),
    ...(hasDomain
      ? []
      : [
          note(
            "Answers are not cached on workers.dev: a domain of yours (`routes` in wrangler.toml) would save most of the CPU time.",
          ),
        ]),
  ];
}

function access(secrets?: readonly string[]): Finding[] {
  const put = "`npm run wrangler -- secret put API_KEYS --env production`";
  if (!secrets)
    return [
      note(
        `Everyone may request captions at your cost and download the model, unless you have set keys with ${put}.`,
      ),
    ];
  if (hasKeys(secrets)) return [];
  return [open(`Everyone may request captions at your cost: ${put} sets keys.`)];
}

function download({ BROWSER }: Settings, secrets?: readonly string[]): Finding[] {
  const isOpen = BROWSER === "auto" ? secrets && !hasKeys(secrets) : BROWSER === "true";
  return isOpen
    ? [open("Everyone may download the model, to caption in a browser: BROWSER can be false.")]
    : [];
}

function hasKeys(secrets: readonly string[]): boolean {
  return secrets.includes("API_KEYS") || secrets.includes("URL_KEYS");
}

function limit({ RATE_LIMIT_SECONDS }: Settings, rateLimit?: Exposure["rateLimit"]): Finding[] {
  if (!rateLimit) {
    return [open("The number of requests is not limited: wrangler.toml has no RATE_LIMITER.")];
  }
  if (rateLimit.period === RATE_LIMIT_SECONDS) return [];
  return [
    fix(
      `RATE_LIMIT_SECONDS is ${RATE_LIMIT_SECONDS}, but RATE_LIMITER counts for ${rateLimit.period} seconds: make them the same.`,
    ),
  ];
}
