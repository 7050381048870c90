import { Problem } from "../problem.ts";
import { isPublicHost } from "./address.ts";
import { isNamed } from "./host-patterns.ts";
import { isAllowedPort, type PortRange, portsText } from "./ports.ts";
import { type AllowedHost, effectivePort, isAllowed, plainHostname } from "./private-hosts.ts";

/** A URL that may be fetched from. */
export interface Target {
  readonly url: URL;
  /** Whether it may be so only because a setting names its host. */
  readonly isPrivate: boolean;
}

export interface TargetRules {
  readonly PRIVATE_HOSTS: readonly AllowedHost[];
  readonly ALLOWED_HOSTS: readonly string[];
  readonly ALLOWED_PORTS: readonly PortRange[];
  readonly OWN_HOSTS: readonly string[];
  readonly MAX_URL_LENGTH: number;
  /** Where the request was sent that asks for the picture. */
  readonly ownUrl?: URL;
}

/**
 * Reads the URL that somebody asks for.
 *
 * @throws Problem `missing_url`, `url_too_long`, `invalid_url`, or as {@link checkTarget}
 */
export function parseTarget(text: string | undefined, rules: TargetRules): Target {
  if (!text) {
    throw new Problem("missing_url", "Give the picture's URL: /caption?url=https://...");
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
 * Reads the place that a server redirects to, which is checked as if it had been asked for, except
 * that a public server may not send us to a private one, even one that a setting names.
 *
 * @throws Problem `bad_redirect`, or as {@link checkTarget}
 */
export function parseRedirect(location: string | null, from: Target, rules: TargetRules): Target {
  const url = location === null ? null : parseUrl(location, rules, from.url);
  if (!url) {
    throw new Problem("bad_redirect", `${from.url.hostname} redirects without saying where to.`);
  }
  return checkTarget(url, from.isPrivate ? rules : { ...rules, PRIVATE_HOSTS: [] });
}

function parseUrl(text: string, rules: TargetRules, base?: URL): URL | null {
  if (text.length > rules.MAX_URL_LENGTH) {
    throw new Problem("url_too_long", `A URL may have ${rules.MAX_URL_LENGTH} characters.`);
  }
  const url = URL.parse(text, base?.href);
  if (url) url.hash = "";
  return url;
}

/**
 * @throws Problem `unsupported_scheme`, `credentials_in_url`, `own_request`, `private_address`,
 *   `forbidden_port`, `host_not_allowed`
 */
export function checkTarget(url: URL, rules: TargetRules): Target {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Problem("unsupported_scheme", `The URL is ${url.protocol}, not http: or https:.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new Problem("credentials_in_url", "Take the user name and the password out of the URL.");
  }
  const hostname = plainHostname(url);
  if (isOwn(url, rules)) {
    throw new Problem("own_request", `${hostname} is this service, which does not ask itself.`);
  }
  if (isAllowed(url, rules.PRIVATE_HOSTS)) return { url, isPrivate: true };
  if (!isPublicHost(hostname)) {
    throw new Problem("private_address", `${url.hostname} is not a host on the open internet.`);
  }
  if (!isAllowedPort(Number(effectivePort(url)), rules.ALLOWED_PORTS)) {
    const allowed = portsText(rules.ALLOWED_PORTS);
    throw new Problem("forbidden_port", `Port ${effectivePort(url)} is none of ${allowed}.`);
  }
  if (rules.ALLOWED_HOSTS.length > 0 && !isNamed(hostname, rules.ALLOWED_HOSTS)) {
    throw new Problem("host_not_allowed", `Pictures of ${hostname} are not captioned here.`);
  }
  return { url, isPrivate: false };
}

/** On a machine of one's own, other things may be served at other ports; a public host is all ours. */
function isOwn(url: URL, { OWN_HOSTS, ownUrl }: TargetRules): boolean {
  const hostname = plainHostname(url);
  if (isNamed(hostname, OWN_HOSTS)) return true;
  if (ownUrl === undefined || hostname !== plainHostname(ownUrl)) return false;
  return isPublicHost(hostname) || effectivePort(url) === effectivePort(ownUrl);
}
