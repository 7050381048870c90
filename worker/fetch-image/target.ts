import type { ProblemCode } from "../../core/api/problems.ts";
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
interface TargetRules
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
  const url = location === null ? null : parseUrl(location, rules, from);
  if (!url) {
    throw new Problem("bad_redirect", `${from.url.hostname} redirects without a valid Location.`);
  }
  return checkTarget(url, from.isPrivate ? rules : { ...rules, PRIVATE_HOSTS: [] }, from);
}

function parseUrl(text: string, rules: TargetRules, from?: Target): URL | null {
  const { MAX_URL_LENGTH } = rules;
  if (text.length > MAX_URL_LENGTH) {
    throw refusal("url_too_long", from, {
      request: `The URL has more than ${MAX_URL_LENGTH} characters.`,
      redirect: `a URL of more than ${MAX_URL_LENGTH} characters`,
    });
  }
  const url = URL.parse(text, from?.url.href);
  if (url) url.hash = "";
  return url;
}

function checkTarget(url: URL, rules: TargetRules, from?: Target): Target {
  const { protocol, username, password } = url;
  if (protocol !== "http:" && protocol !== "https:") {
    throw refusal("unsupported_scheme", from, {
      request: `The URL is ${protocol}, not http: or https:.`,
      redirect: `a URL that is ${protocol}, not http: or https:`,
    });
  }
  if (username !== "" || password !== "") {
    throw refusal("credentials_in_url", from, {
      request: "Remove the user name and the password from the URL.",
      redirect: "a URL with a user name or a password, which this service does not send",
    });
  }
  const hostname = plainHostname(url);
  if (isOwn(url, rules)) {
    throw refusal("own_request", from, {
      request: `${hostname} is this service, which does not call itself.`,
      redirect: `${hostname}, which is this service: it does not call itself`,
    });
  }
  if (isAllowedHost(url, rules.PRIVATE_HOSTS)) return { url, isPrivate: true };
  if (!isPublicHost(hostname)) {
    throw refusal("private_address", from, {
      request: `${url.hostname} is not a host on the open internet.`,
      redirect: `${url.hostname}, which is not a host on the open internet`,
    });
  }
  const port = effectivePort(url);
  if (!isAllowedPort(Number(port), rules.ALLOWED_PORTS)) {
    const allowed = portsText(rules.ALLOWED_PORTS);
    throw refusal("forbidden_port", from, {
      request: `Port ${port} is not allowed; allowed are ${allowed}.`,
      redirect: `port ${port}, which is not allowed; allowed are ${allowed}`,
    });
  }
  if (rules.ALLOWED_HOSTS.length > 0 && !matchesHost(hostname, rules.ALLOWED_HOSTS)) {
    throw refusal("host_not_allowed", from, {
      request: `This service does not fetch from ${hostname}.`,
      redirect: `${hostname}, from which this service does not fetch`,
    });
  }
  return { url, isPrivate: false };
}

/** Says whose URL is refused: the request's, or that of a server that redirects. */
function refusal(
  code: ProblemCode,
  from: Target | undefined,
  detail: { readonly request: string; readonly redirect: string },
): Problem {
  const { request, redirect } = detail;
  return new Problem(code, from ? `${from.url.hostname} redirects to ${redirect}.` : request);
}

/** A private host, such as a developer's machine, may run other services on other ports. */
function isOwn(url: URL, { OWN_HOSTS, ownUrl }: TargetRules): boolean {
  const hostname = plainHostname(url);
  if (matchesHost(hostname, OWN_HOSTS)) return true;
  if (ownUrl === undefined || hostname !== plainHostname(ownUrl)) return false;
  return isPublicHost(hostname) || effectivePort(url) === effectivePort(ownUrl);
}
