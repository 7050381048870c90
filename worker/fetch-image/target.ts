import { Problem } from "../http/problem.ts";
import { matchesHost, plainHostname } from "../settings/host-patterns.ts";
import type { Settings } from "../settings/index.ts";
import { effectivePort, isAllowedPort, portsText } from "../settings/ports.ts";
import { isAllowedHost } from "../settings/private-hosts.ts";
import { isPublicHost } from "./public-host.ts";

/** A URL that may be fetched from. */
export interface Target {
  readonly url: URL;
  /** Whether it is a private host that `PRIVATE_HOSTS` allows. */
  readonly isPrivate: boolean;
}

/** The settings that decide which URLs may be fetched from. */
export interface TargetRules
  extends Pick<
    Settings,
    "PRIVATE_HOSTS" | "ALLOWED_HOSTS" | "ALLOWED_PORTS" | "OWN_HOSTS" | "MAX_URL_LENGTH"
  > {
  /** The URL of the request for the caption: its host is never fetched from. */
  readonly ownUrl?: URL;
}

/**
 * Parses and checks the URL of an image.
 *
 * @throws {Problem} `missing_url`, `url_too_long`, `invalid_url`, `unsupported_scheme`,
 *   `credentials_in_url`, `own_request`, `private_address`, `forbidden_port`, `host_not_allowed`
 */
export function parseTarget(text: string | undefined, rules: TargetRules): Target {
  if (!text) {
    throw new Problem("missing_url", "Give the image's URL: /caption?url=https://...");
  }
  const url = parseUrl(text, rules);
  if (!url) {
    throw new Problem(
      "invalid_url",
      "The url is not an absolute URL such as https://host/photo.jpg.",
    );
  }
  return checkTarget(url, rules);
}

/**
 * Parses and checks the `Location` of a redirect, by the same rules as a requested URL. In addition a
 * public server may not redirect to a private one, not even to one of `PRIVATE_HOSTS`.
 *
 * @throws {Problem} `bad_redirect`, or as {@link parseTarget}
 */
export function parseRedirect(location: string | null, from: Target, rules: TargetRules): Target {
  const url = location === null ? null : parseUrl(location, rules, from.url);
  if (!url) {
    throw new Problem("bad_redirect", `${from.url.hostname} redirects without a valid Location.`);
  }
  return checkTarget(url, from.isPrivate ? rules : { ...rules, PRIVATE_HOSTS: [] });
}

function parseUrl(text: string, rules: TargetRules, base?: URL): URL | null {
  if (text.length > rules.MAX_URL_LENGTH) {
    throw new Problem("url_too_long", `A URL may have at most ${rules.MAX_URL_LENGTH} characters.`);
  }
  const url = URL.parse(text, base?.href);
  if (url) url.hash = "";
  return url;
}

function checkTarget(url: URL, rules: TargetRules): Target {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Problem("unsupported_scheme", `The URL is ${url.protocol}, not http: or https:.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new Problem("credentials_in_url", "Remove the user name and the password from the URL.");
  }
  const hostname = plainHostname(url);
  if (isOwn(url, rules)) {
    throw new Problem("own_request", `${hostname} is this service, which does not call itself.`);
  }
  if (isAllowedHost(url, rules.PRIVATE_HOSTS)) return { url, isPrivate: true };
  if (!isPublicHost(hostname)) {
    throw new Problem("private_address", `${url.hostname} is not a host on the open internet.`);
  }
  if (!isAllowedPort(Number(effectivePort(url)), rules.ALLOWED_PORTS)) {
    const allowed = portsText(rules.ALLOWED_PORTS);
    throw new Problem(
      "forbidden_port",
      `Port ${effectivePort(url)} is not allowed; allowed are ${allowed}.`,
    );
  }
  if (rules.ALLOWED_HOSTS.length > 0 && !matchesHost(hostname, rules.ALLOWED_HOSTS)) {
    throw new Problem("host_not_allowed", `This service does not fetch from ${hostname}.`);
  }
  return { url, isPrivate: false };
}

/** A private host, such as a developer's machine, may run other services on other ports. */
function isOwn(url: URL, { OWN_HOSTS, ownUrl }: TargetRules): boolean {
  const hostname = plainHostname(url);
  if (matchesHost(hostname, OWN_HOSTS)) return true;
  if (ownUrl === undefined || hostname !== plainHostname(ownUrl)) return false;
  return isPublicHost(hostname) || effectivePort(url) === effectivePort(ownUrl);
}
