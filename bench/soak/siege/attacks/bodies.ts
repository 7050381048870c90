import type { Part } from "../exchange.ts";
import { type Written, writtenAttacks } from "../written.ts";

const head = (...fields: readonly string[]) =>
  `POST /caption HTTP/1.1\r\nHost: captions.example\r\n${fields.join("\r\n")}\r\n\r\n`;

const rest = Buffer.alloc(1 << 16, 0xff);

const chunked = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

function* repeated(first: Part, part: Part, times: number, pauseMs = 0): Generator<Part> {
  yield first;
  for (let time = 0; time < times; time++) {
    yield part;
    if (pauseMs > 0) yield pauseMs;
  }
}

const refused = /^4\d\d (?!without)/;
const refusedOrClosed = /^4\d\d |^closed$/;
/** The client breaks off its request. */
const brokenOff = /^4\d\d |^closed$|^500 wrangler$/;
/** A client that still writes may lose the answer together with the connection. */
const tooMuch = /^413 |^408 |^closed$|^500 wrangler$/;

/** Bodies without an end, of the wrong length or of the wrong type. */
const bodies: readonly Written[] = [
  [
    "endless chunks",
    tooMuch,
    () => repeated(head("Transfer-Encoding: chunked"), chunked(rest), 1000),
  ],
  [
    "a whole body over the limit",
    tooMuch,
    () => repeated(head(`Content-Length: ${1000 * rest.length}`), rest, 1000),
  ],
  [
    "a declared petabyte",
    brokenOff,
    () => [head("Content-Length: 1000000000000000"), rest, 2000],
    true,
  ],
  ["a length of 40 digits", brokenOff, () => [head(`Content-Length: ${"9".repeat(40)}`), rest]],
  ["a negative length", brokenOff, () => [head("Content-Length: -1"), rest], true],
  ["a length that is not a number", brokenOff, () => [head("Content-Length: many"), rest], true],
  [
    "two lengths",
    brokenOff,
    () => [head("Content-Length: 5", "Content-Length: 6"), "hello!"],
    true,
  ],
  [
    "a length and chunks",
    brokenOff,
    () => [head("Content-Length: 5", "Transfer-Encoding: chunked"), "0\r\n\r\n"],
    true,
  ],
  [
    "less than its length, then the end",
    brokenOff,
    () => [head("Content-Length: 100000"), rest.subarray(0, 1000)],
    true,
  ],
  ["more than its length", refused, () => [head("Content-Length: 100"), rest.subarray(0, 1000)]],
  [
    "chunks that end early",
    brokenOff,
    () => [head("Transfer-Encoding: chunked"), "ffff\r\nabc"],
    true,
  ],
  [
    "an invalid chunk length",
    brokenOff,
    () => [head("Transfer-Encoding: chunked"), "zz\r\nabc\r\n0\r\n\r\n"],
    true,
  ],
  [
    "a chunk length of 20 digits",
    brokenOff,
    () => [head("Transfer-Encoding: chunked"), `${"f".repeat(20)}\r\nabc`],
    true,
  ],
  ["an empty body", /^400 empty_body$/, () => [head("Content-Length: 0")]],
  [
    "an unknown transfer encoding",
    brokenOff,
    () => [head("Transfer-Encoding: rot13"), "abc"],
    true,
  ],
  [
    "a form without a boundary",
    /^400 invalid_form$/,
    () => [head("Content-Type: multipart/form-data", "Content-Length: 3"), "abc"],
  ],
  [
    "a form with another boundary",
    /^400 invalid_form$/,
    () => [
      head("Content-Type: multipart/form-data; boundary=x", "Content-Length: 9"),
      "--y\r\n\r\nab",
    ],
  ],
  [
    "invalid JSON",
    /^400 invalid_json$/,
    () => [head("Content-Type: application/json", "Content-Length: 3"), "abc"],
  ],
  [
    "JSON in UTF-16",
    /^400 invalid_json$/,
    () => [
      head("Content-Type: application/json", "Content-Length: 6"),
      Buffer.from("{}1", "utf16le"),
    ],
  ],
  [
    "GET with a body",
    refusedOrClosed,
    () => ["GET /caption HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"],
  ],
  [
    "100-continue",
    /^415 unsupported_format$/,
    () => [head("Expect: 100-continue", "Content-Length: 3"), "abc"],
  ],
];

/** Bodies that arrive too slowly. */
const slowBodies: readonly Written[] = [
  [
    "a byte every 0.1 s",
    /^408 upload_timeout$/,
    () => repeated(head("Content-Length: 100000"), "x", 800, 100),
  ],
  [
    "a chunk every 0.1 s",
    /^408 upload_timeout$/,
    () => repeated(head("Transfer-Encoding: chunked"), "1\r\nx\r\n", 800, 100),
  ],
  [
    "the first bytes, then silence",
    /^408 upload_timeout$/,
    () => [head("Content-Length: 100000"), rest.subarray(0, 5000)],
  ],
  ["headers, then silence", /^408 upload_timeout$/, () => [head("Content-Length: 100000")]],
  [
    "JSON, a byte every 0.1 s",
    /^408 upload_timeout$/,
    () => repeated(head("Content-Type: application/json", "Content-Length: 1000"), "[", 800, 100),
  ],
];

export const oddBodies = writtenAttacks("a body of the wrong length or type", bodies);
export const slowUploads = writtenAttacks("a body that takes too long", slowBodies);
