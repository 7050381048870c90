import { privateHosts, publicHosts } from "../../../tests/support/addresses.ts";
import { pick, pickPair } from "../../turns.ts";
import type { Attacks } from "../attack.ts";
import { batch, get, post, redirect } from "../ways.ts";

const hosts = Object.values(privateHosts).flat();
const askings = ["http", "https"].flatMap((scheme) =>
  [get, post, redirect].map((way) => ({ scheme, way })),
);

/** Addresses of private networks, in every spelling, by every way that a URL comes in. */
export const privateAddresses: Attacks = (n) => {
  const [host, { scheme, way }] = pickPair(hosts, askings, n);
  const url = `${scheme}://${host}/latest/meta-data?${n}`;
  return {
    kind: "a private address",
    what: `${way.name} ${url}`,
    right: /^403 private_address$/,
    send: (field) => way(field, url),
  };
};

/**
 * Their nearest public neighbours, at a port for mail: that is what they are refused for, which
 * shows that the address was not, and nothing leaves this machine.
 */
export const nearMisses: Attacks = (n) => {
  const host = pick(publicHosts, n);
  return {
    kind: "a public neighbour of one",
    what: host,
    right: /^403 forbidden_port$/,
    send: (field) => get(field, `http://${host}:25/cat.jpg?${n}`),
  };
};

/** Names that nobody has: looking them up may take its time. */
export const names: Attacks = (n) => {
  const host = pick(
    [
      `nobody-${n}.invalid`,
      `127.0.0.1.nobody-${n}.invalid`,
      `${"a".repeat(63)}.invalid`,
      `${"a.".repeat(120)}invalid`,
      `xn--nxasmq6b-${n}.invalid`,
      `bücher-${n}.invalid`,
      `_-_.${n}.invalid`,
    ],
    n,
  );
  return {
    kind: "a name of nobody",
    what: host,
    right: /^502 unreachable$|^504 timeout$/,
    send: (field) => get(field, `http://${host}/cat.jpg`),
  };
};

const oddUrls = [
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

/** The ways that such a URL comes in, and what may come of it. */
const oddWays = [
  { way: get, right: /^4(00|03|14) / },
  // JSON may only be so long, whatever the URL in it.
  { way: post, right: /^4(00|03|13|14) / },
  // A redirect may be relative, and what it leads to on the origin is not there, or is a picture.
  {
    way: redirect,
    right: /^4(00|03|14) |^200$|^502 (bad_redirect|upstream_status|redirect_loop|unreachable)$/,
  },
  { way: batch, right: /^200$/ },
];

/** What is no URL, or one of another kind. */
export const oddTargets: Attacks = (n) => {
  const [url, { way, right }] = pickPair(oddUrls, oddWays, n);
  return {
    kind: "a URL of another kind",
    what: `${way.name} ${url.slice(0, 60)}`,
    right,
    // What redirects must not be too long itself.
    send: (field) => way(field, way === redirect ? url.slice(0, 1500) : url),
  };
};
