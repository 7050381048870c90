import { PRIVATE_HOSTS, PUBLIC_HOSTS } from "../../hosts.ts";
import { pick, pickPair } from "../../turns.ts";
import type { Attacks } from "../attack.ts";
import { batch, get, post, redirect } from "../ways.ts";

const hosts = Object.values(PRIVATE_HOSTS).flat();
const requests = ["http", "https"].flatMap((scheme) =>
  [get, post, redirect].map((way) => ({ scheme, way })),
);

/** Tries private addresses in every spelling, in every way that the service takes URLs. */
export const privateAddresses: Attacks = (n) => {
  const [host, { scheme, way }] = pickPair(hosts, requests, n);
  const url = `${scheme}://${host}/latest/meta-data?${n}`;
  return {
    kind: "a private address",
    what: `${way.name} ${url}`,
    right: /^403 private_address$/,
    send: (field) => way(field, url),
  };
};

/**
 * Tries the nearest public addresses, at a mail port: the service refuses the port, which shows that it
 * accepted the address, and sends nothing.
 */
export const nearMisses: Attacks = (n) => {
  const host = pick(PUBLIC_HOSTS, n);
  return {
    kind: "a public address near a private one",
    what: host,
    right: /^403 forbidden_port$/,
    send: (field) => get(field, `http://${host}:25/cat.jpg?${n}`),
  };
};

/** Tries host names that do not exist; resolving them may take long. */
export const unknownNames: Attacks = (n) => {
  const host = pick(
    [
      `unknown-${n}.invalid`,
      `127.0.0.1.unknown-${n}.invalid`,
      `${"a".repeat(63)}.invalid`,
      `${"a.".repeat(120)}invalid`,
      `xn--nxasmq6b-${n}.invalid`,
      `bücher-${n}.invalid`,
      `_-_.${n}.invalid`,
    ],
    n,
  );
  return {
    kind: "an unknown host name",
    what: host,
    right: /^502 unreachable$|^504 timeout$/,
    send: (field) => get(field, `http://${host}/cat.jpg`),
  };
};

const ODD_URLS = [
  "file:///etc/passwd",
  "data:image/png;base64,iVBORw0KGgo=",
  "javascript:alert(1)",
  "ftp://example.com/cat.jpg",
  "blob:https://example.com/1",
  "gopher://example.com:70/_x",
  "ws://example.com/",
  "about:blank",
  "http://",
  "http:///",
  "http://[",
  "http://[::1",
  "http://]/",
  "http://a b/",
  "http://\u0000/",
  "http://exa\u0000mple.com/",
  "http://%00/",
  "http://%zz/",
  "http://user:password@example.com/",
  "http://user@127.0.0.1/",
  "http://example.com@127.0.0.1/",
  "http://127.0.0.1#@example.com/",
  "http://127.0.0.1\\@example.com/",
  "http:127.0.0.1/",
  "http:\\\\127.0.0.1\\",
  "\t http://127.0.0.1/ \n",
  "http://127.0.0.1%2f@example.com/",
  "http://example.com:99999/",
  "http://example.com:0/",
  "http://example.com:22/",
  "http://example.com:-1/",
  "http://..../",
  "http://.../",
  "http://./",
  "http://a..b.c..d.internal../",
  "http://\ud800.example/",
  "http://example.com\r\nX-Injected: 1/",
  "//example.com/cat.jpg",
  "/cat.jpg",
  "cat.jpg",
  "?",
  "#",
  " ",
  "\u202ehttp://moc.elpmaxe/",
  `http://${"a".repeat(64)}.internal/`,
  `http://${"a".repeat(3000)}/`,
  `http://127.0.0.1/${"a".repeat(100_000)}`,
];

/** The ways to send such a URL, and their right outcomes. */
const oddWays = [
  { way: get, right: /^4(00|03|14) / },
  // JSON bodies have their own limit.
  { way: post, right: /^4(00|03|13|14) / },
  // A redirect may be relative, and lead to the origin's images or to its 404.
  {
    way: redirect,
    right: /^4(00|03|14) |^200$|^502 (bad_redirect|upstream_status|redirect_loop|unreachable)$/,
  },
  { way: batch, right: /^200$/ },
];

/** Strings that are not URLs, and URLs that the service must not fetch. */
export const oddTargets: Attacks = (n) => {
  const [url, { way, right }] = pickPair(ODD_URLS, oddWays, n);
  return {
    kind: "an invalid or forbidden URL",
    what: `${way.name} ${url.slice(0, 60)}`,
    right,
    // The URL of the redirecting page has a limit, too.
    send: (field) => way(field, way === redirect ? url.slice(0, 1500) : url),
  };
};
