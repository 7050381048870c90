import { pick } from "../../turns.ts";
import type { Attacks } from "../attack.ts";
import { get } from "../ways.ts";

/** Paths of the hostile origin, with the right outcomes. */
const PATHS: readonly (readonly [path: string, right: RegExp])[] = [
  ["/photo-as-html", /^200$/],
  ["/hops?n=3", /^200$/],
  ["/endless-redirect", /^200$/],
  ["/chatty", /^200$/],
  ["/slow.jpg", /^200$/],
  ["/html-as-photo", /^415 unsupported_format$/],
  ["/svg-as-png", /^415 unsupported_format$/],
  ["/empty", /^422 empty_image$/],
  ["/truncated", /^422 broken_image$/],
  ["/corrupt", /^422 broken_image$/],
  ["/declares-too-much", /^413 too_many_bytes$/],
  ["/declares-more-and-closes", /^502 upstream_interrupted$/],
  ["/declares-less", /^422 broken_image$/],
  ["/bomb", /^413 too_many_bytes$/],
  ["/brotli-bomb", /^413 too_many_bytes$/],
  ["/endless", /^413 too_many_bytes$|^504 timeout$/],
  ["/closes", /^502 unreachable$/],
  ["/not-http", /^502 unreachable$/],
  ["/404", /^502 upstream_status$/],
  ["/500", /^502 upstream_status$/],
  ["/204", /^502 upstream_status$/],
  ["/206", /^502 upstream_status$/],
  ["/300", /^502 upstream_status$/],
  ["/nowhere", /^502 bad_redirect$/],
  ["/loop", /^502 redirect_loop$/],
  ["/ping", /^502 redirect_loop$/],
  ["/hops?n=4", /^502 too_many_redirects$/],
];

/** Paths that are answered slowly, or never. */
const SLOW_PATHS = ["/silent", "/stalls", "/drips", "/drips-headers"];

/** Names images on web servers with wrong or hostile answers. */
export const badServers: Attacks = (n) => {
  const [path, right] = pick(PATHS, n);
  return {
    kind: "a web server with wrong answers",
    what: path,
    right,
    send: (field) =>
      get(field, `http://${field.origin}${path}${path.includes("?") ? "&" : "?"}${n}`),
  };
};

/** Names images on web servers that never finish their answer. */
export const slowServers: Attacks = (n) => {
  const path = pick(SLOW_PATHS, n);
  return {
    kind: "a web server that never finishes",
    what: path,
    right: /^504 timeout$/,
    send: (field) => get(field, `http://${field.origin}${path}?${n}`),
  };
};
