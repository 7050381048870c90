import type { Part } from "../exchange.ts";
import { type Written, writtenAttacks } from "../written.ts";

const get = (path: string, ...fields: readonly string[]) =>
  `GET ${path} HTTP/1.1\r\nHost: captions.example\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;

const refused = /^4\d\d /;
const refusedOrClosed = /^4\d\d |^501 |^closed$|^500 wrangler$/;
const answered = /^200$|^4\d\d /;

const methods: readonly Written[] = [
  ...["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "PURGE", "REPORT", "LOCK"].map(
    (method): Written => [
      method,
      /^405 method_not_allowed$|^501 runtime$/,
      () => [`${method} /caption HTTP/1.1\r\nHost: a\r\n\r\n`],
    ],
  ),
  ["CONNECT", refusedOrClosed, () => ["CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n"], true],
  ["OPTIONS *", refusedOrClosed, () => ["OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"], true],
  ["OPTIONS", /^204$/, () => ["OPTIONS /caption HTTP/1.1\r\nHost: a\r\n\r\n"]],
  ["get", refusedOrClosed, () => ["get /caption HTTP/1.1\r\nHost: a\r\n\r\n"], true],
  [
    "an unknown method",
    /^501 |^4\d\d |^closed$/,
    () => ["FOO /caption HTTP/1.1\r\nHost: a\r\n\r\n"],
    true,
  ],
  [
    "a method of 100 KB",
    /^501 |^4\d\d |^closed$/,
    () => [`${"A".repeat(100_000)} /caption HTTP/1.1\r\n\r\n`],
    true,
  ],
  ["HTTP/0.9", refusedOrClosed, () => ["GET /caption\r\n\r\n"], true],
  ["HTTP/9.9", refusedOrClosed, () => ["GET /caption HTTP/9.9\r\nHost: a\r\n\r\n"], true],
  ["a TLS handshake", refusedOrClosed, () => [Buffer.from("16030100c8010000c40303", "hex")], true],
  ["an empty request", /^closed$/, () => [""], true],
  ["empty lines", refusedOrClosed, () => ["\r\n".repeat(1000)], true],
];

const headers: readonly Written[] = [
  ["a header of 8 KB", refused, () => [get("/caption", `X-Long: ${"a".repeat(8000)}`)]],
  ["a header of 60 KB", refused, () => [get("/caption", `X-Long: ${"a".repeat(60_000)}`)], true],
  [
    "a header of 1 MB",
    refusedOrClosed,
    () => [get("/caption", `X-Long: ${"a".repeat(1_000_000)}`)],
    true,
  ],
  [
    "a thousand headers",
    refused,
    () => [get("/caption", ...Array.from({ length: 1000 }, (_, n) => `X-${n}: ${n}`))],
    true,
  ],
  [
    "one header a hundred times",
    refused,
    () => [get("/caption", ...Array<string>(100).fill("X-Same: 1"))],
  ],
  ["a header name with a space", refusedOrClosed, () => [get("/caption", "X Y: 1")], true],
  ["a header without a colon", refusedOrClosed, () => [get("/caption", "nonsense")], true],
  ["a folded header", refusedOrClosed, () => [get("/caption", "X-Folded: a\r\n b")], true],
  ["a NUL in a header", refusedOrClosed, () => [get("/caption", "X-Nul: a\0b")], true],
  [
    "bytes above 127",
    refused,
    () => [Buffer.from(get("/caption", "X-High: \xff\xfe"), "latin1")],
    true,
  ],
  ["no host", refusedOrClosed, () => ["GET /caption HTTP/1.1\r\n\r\n"], true],
  ["two hosts", refusedOrClosed, () => [get("/caption", "Host: b.example")], true],
  ["an odd host", refusedOrClosed, () => ["GET /caption HTTP/1.1\r\nHost: a b:c@[\r\n\r\n"], true],
  ["a private host", refused, () => ["GET /caption HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n"]],
  ["Accept", /^200$/, () => [get("/health", "Accept: ;;;,,,q=,*/*;q=nan, text/plain;q=1e999")]],
  ["Accept of 10 KB", /^200$/, () => [get("/health", `Accept: ${"a/b;q=0.1,".repeat(1000)}`)]],
  ["If-None-Match", refused, () => [get("/caption", `If-None-Match: ${'W/"x",'.repeat(1000)}`)]],
  ["Origin", refused, () => [get("/caption", "Origin: null")]],
  ["Range", /^200$/, () => [get("/model", "Range: bytes=0-1,-1,5-")]],
  ["X-Request-Id", refused, () => [get("/caption", `X-Request-Id: ${"a".repeat(5000)}`)]],
  ["X-Request-Id of markup", refused, () => [get("/caption", 'X-Request-Id: <script>"')]],
  ["Cache-Control", refused, () => [get("/caption", `Cache-Control: ${"no-cache,".repeat(800)}`)]],
  ["Authorization", refused, () => [get("/caption", `Authorization: Bearer ${"a".repeat(5000)}`)]],
  ["Edge-Caption-Fetch", /^403 own_request$/, () => [get("/caption", "Edge-Caption-Fetch: 1")]],
  [
    "Upgrade",
    answered,
    () => [
      get(
        "/health",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: x",
        "Sec-WebSocket-Version: 13",
      ),
    ],
    true,
  ],
  ["headers at intervals", refusedOrClosed, slowHeaders, true],
];

function* slowHeaders(): Generator<Part> {
  yield "GET /caption HTTP/1.1\r\nHost: a\r\n";
  for (let n = 0; n < 50; n++) {
    yield `X-${n}: slowly\r\n`;
    yield 200;
  }
  yield "\r\n";
}

const queries: readonly Written[] = [
  "beam=0",
  "beam=6",
  "beam=",
  "beam=two",
  "beam=1.5",
  "beam=1e9",
  "beam=-1",
  "beam=NaN",
  "beam=%00",
  "beam=1&beam=1",
  "beam[]=1",
  "beam%5B%5D=1",
  "beams=3",
  "alternatives=9",
  "beam=2&alternatives=3",
  "max_length=0",
  "max_length=51",
  "max_length=999999999999999999999",
  "attention=yes",
  "format=xml",
  "__proto__=1",
  "constructor=1",
  "toString=1",
  "hasOwnProperty=1",
  "%",
  "%zz=1",
  "=",
  "&&&",
  "=1",
  "url",
  "url=",
  "url=%00",
  "url=%ED%A0%80",
  "url=%ff%fe",
  `url=${"a".repeat(7000)}`,
  `${"a=1&".repeat(2000)}`,
  `beam=${"1".repeat(7000)}`,
  "url=x&url=y",
  "expires=1&signature=x",
  "signature=",
  "url=http://10.0.0.1/&beam=2",
  "beam=%F0%9F%98%80",
  "url=http://10.0.0.1/;beam=2",
  "?url=x",
  "url=%0d%0aSet-Cookie:%20a=b",
].map((query): Written => [`?${query.slice(0, 50)}`, refused, () => [get(`/caption?${query}`)]]);

const unknownPaths: readonly Written[] = [
  "/nope",
  "//caption",
  "/caption/",
  "/Caption",
  "/caption%00",
  "/%63aption/x",
  "/caption/../../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/..%2f..%2fmodel/manifest.json",
  "/manifest.json",
  "/encoder.onnx",
  "/.git/config",
  "/.env",
  "/wrangler.toml",
  "/model/manifest.json",
  "/kept-answers/x",
  "/%ff%fe",
  `/${"a".repeat(8000)}`,
  `/${"a/".repeat(3000)}`,
  "/examples/",
  "/examples/../wrangler.toml",
  "/examples/cat.jpg",
  "/caption;x=1",
  "/health/",
  "/*",
  "/:path",
].map((path): Written => [path.slice(0, 50), /^404 not_found$/, () => [get(path)], true]);

const paths: readonly Written[] = [
  ...unknownPaths,
  ["the page's path with dots", /^200$/, () => [get("/../caption/..")], true],
  ["a path without a slash", /^200$|^400 runtime$/, () => [get("caption")], true],
  [
    "an absolute URL of another host",
    /^400 missing_url$/,
    () => [get("http://10.0.0.1/caption")],
    true,
  ],
  ["a path of wrangler's", /^403 wrangler$/, () => [get("/cdn-cgi/trace")], true],
  ["a control character in the path", /^400 runtime$/, () => [get("/\u0001")], true],
];

export const oddMethods = writtenAttacks("an odd method", methods);
export const oddHeaders = writtenAttacks("odd headers", headers);
export const oddQueries = writtenAttacks("an odd query", queries);
export const oddPaths = writtenAttacks("an odd path", paths);
