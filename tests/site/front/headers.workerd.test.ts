import { describe, expect, inject, test } from "vitest";
import {
  caption,
  requestsFor,
  SITE,
  serveAt,
  servePage,
  visit,
} from "../../support/site/visitor.ts";

const HTML = "text/html; charset=utf-8";
const validators = [
  ["ETag", '"v1"'],
  ["Last-Modified", "Sat, 01 Nov 2025 10:00:00 GMT"],
] as const;

/** Serves a page with one image, whose caption is stored before the second visit. */
async function serveCaptioned(
  path: string,
  headers: readonly (readonly [string, string])[] = [],
  more: object = {},
): Promise<string> {
  const html = `<p>${"text ".repeat(50)}<img src=${path}.jpg>`;
  await servePage(path, html, { ...more, headers: [["Content-Type", HTML], ...headers] });
  await caption(`${path}.jpg`, "A caption.");
  await visit(path);
  return html;
}

const filled = (html: string) =>
  html.replace(/>$/, ' alt="A caption." data-alt-source="edge-caption">');

describe("a page that is filled in", () => {
  test("has no validator, digest or length of the origin's, and no ranges", async () => {
    const html = await serveCaptioned("/headers/changed", [
      ...validators,
      ["Accept-Ranges", "bytes"],
      ["Content-Digest", "sha-256=:AAAA:"],
      ["Repr-Digest", "sha-256=:AAAA:"],
      ["Digest", "SHA-256=AAAA"],
      ["Content-MD5", "AAAA"],
    ]);
    const response = await visit("/headers/changed");
    const { headers } = response;
    const gone = [
      "ETag",
      "Last-Modified",
      "Content-Digest",
      "Repr-Digest",
      "Digest",
      "Content-MD5",
    ];
    expect(gone.filter((name) => headers.has(name))).toEqual([]);
    expect(headers.get("Accept-Ranges")).toBe("none");
    expect(await response.text()).toBe(filled(html));
    expect([null, String(filled(html).length)]).toContain(headers.get("Content-Length"));
  });

  test("keeps all other headers of the origin", async () => {
    const kept = [
      ["Content-Security-Policy", "default-src 'none'; img-src 'self'"],
      ["Vary", "Accept-Encoding, Cookie"],
      ["Cache-Control", "public, max-age=60"],
      ["Content-Language", "en"],
      ["Link", "</style.css>; rel=preload"],
    ] as const;
    const html = await serveCaptioned("/headers/kept", kept);
    const response = await visit("/headers/kept");
    expect(await response.text()).toBe(filled(html));
    for (const [name, value] of kept) expect(response.headers.get(name)).toBe(value);
    expect(response.headers.get("Content-Type")).toBe(HTML);
    expect(response.status).toBe(200);
  });

  test.each(["gzip", "br"] as const)(
    "is read where the origin compresses with %s",
    async (coding) => {
      const html = await serveCaptioned(`/headers/${coding}`, validators, { coding });
      const response = await visit(`/headers/${coding}`, {
        headers: { "Accept-Encoding": coding },
      });
      expect(response.headers.get("Content-Encoding")).toBe(coding);
      expect(await response.text()).toBe(filled(html));
    },
  );

  test("has the same headers for HEAD, without a body", async () => {
    await serveCaptioned("/headers/head", [...validators, ["Accept-Ranges", "bytes"]]);
    const get = await visit("/headers/head");
    const head = await visit("/headers/head", { method: "HEAD" });
    const headersOf = ({ headers }: Response) =>
      [...headers].filter(([name]) => !["content-length", "date"].includes(name));
    expect(headersOf(head)).toEqual(headersOf(get));
    expect(head.headers.get("Content-Length")).toBeNull();
  });
});

describe("a conditional request", () => {
  test("gets the whole page while alternative text is missing, even if the visitor has an older copy", async () => {
    const html = await serveCaptioned("/headers/conditional", validators);
    const requests: Record<string, string>[] = [
      { "If-None-Match": '"v1"' },
      { "If-None-Match": "*", Accept: "text/html" },
      { "If-Modified-Since": "Sat, 01 Nov 2025 10:00:00 GMT", "Sec-Fetch-Dest": "document" },
    ];
    for (const headers of requests) {
      const response = await visit("/headers/conditional", { headers });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(filled(html));
    }
    const asked = await requestsFor("/headers/conditional");
    expect(asked.some(({ headers }) => "if-none-match" in headers)).toBe(false);
  });

  test.each([
    [{ "If-None-Match": 'W/"v1"' }, 304],
    [{ "If-None-Match": '"v0", "v1"' }, 304],
    [{ "If-None-Match": '"v0"' }, 200],
    [{ "If-None-Match": '"v0"', "If-Modified-Since": "Sat, 01 Nov 2025 10:00:00 GMT" }, 200],
    [{ "If-Modified-Since": "Sat, 01 Nov 2025 10:00:00 GMT" }, 304],
    [{ "If-Modified-Since": "Sat, 01 Nov 2025 09:59:59 GMT" }, 200],
  ])("for a page that lacks nothing, %j, is answered with %i", async (headers, status) => {
    await servePage("/headers/complete", "<img src=a.jpg alt=text>", {
      headers: [["Content-Type", HTML], ["Vary", "Cookie"], ...validators],
    });
    const response = await visit("/headers/complete", { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get("ETag")).toBe('"v1"');
    expect(response.headers.get("Vary")).toBe("Cookie");
  });

  test("for anything but a page goes to the origin as it is", async () => {
    await serveAt("/headers/a.css", { status: 304, headers: validators });
    const headers = {
      "If-None-Match": '"v1"',
      "Sec-Fetch-Dest": "style",
      "Accept-Encoding": "zstd",
    };
    expect((await visit("/headers/a.css", { headers })).status).toBe(304);
    const [asked] = await requestsFor("/headers/a.css");
    expect(asked?.headers).toMatchObject({ "if-none-match": '"v1"' });
  });
});

describe("what is no page passes untouched", () => {
  const body = "<img src=/headers/untouched.jpg>";
  test.each([
    ["a page with another status", { status: 404, headers: [["Content-Type", HTML]] }],
    [
      "a part of a page",
      {
        status: 206,
        headers: [
          ["Content-Type", HTML],
          ["Content-Range", "bytes 0-31/99"],
          ["ETag", '"v1"'],
        ],
      },
    ],
    ["XHTML", { headers: [["Content-Type", "application/xhtml+xml"]] }],
    [
      "another type",
      {
        headers: [
          ["Content-Type", "text/plain"],
          ["ETag", '"v1"'],
        ],
      },
    ],
    ["no type at all", { headers: [] }],
    [
      "a page that must not be transformed",
      {
        headers: [
          ["Content-Type", HTML],
          ["Cache-Control", "public, no-transform"],
        ],
      },
    ],
    [
      "a coding that the runtime cannot undo",
      { headers: [["Content-Type", HTML]], coding: "zstd" as const },
    ],
  ])("%s", async (_, answer) => {
    await caption("/headers/untouched.jpg", "A caption.");
    await serveAt("/headers/untouched", {
      ...answer,
      headers: answer.headers as [string, string][],
      body,
    });
    const straight = await fetch(`${inject("origin")}/headers/untouched`);
    await visit("/headers/untouched");
    const response = await visit("/headers/untouched");
    expect(response.status).toBe(straight.status);
    expect(await response.bytes()).toEqual(await straight.bytes());
    const headersOf = ({ headers }: Response) => [...headers].filter(([name]) => name !== "date");
    expect(headersOf(response)).toEqual(headersOf(straight));
  });

  test("POST, which may answer with a page", async () => {
    await servePage("/headers/post", body);
    await visit("/headers/post");
    expect(await (await visit("/headers/post", { method: "POST" })).text()).toBe(body);
  });

  test("a redirect, but for the origin's own address", async () => {
    const at = `${inject("origin")}/headers/there?x#y`;
    await serveAt("/headers/redirect", { status: 302, headers: [["Location", at]] });
    const response = await visit("/headers/redirect");
    expect(response.status).toBe(302);
    expect(response.headers.get("Location")).toBe(`${SITE}/headers/there?x#y`);
  });
});

test("an origin behind another host learns which one visitors use", async () => {
  await servePage("/headers/host", "text");
  await visit("/headers/host");
  const [asked] = await requestsFor("/headers/host");
  expect(asked?.headers).toMatchObject({
    "x-forwarded-host": "site.example",
    "x-forwarded-proto": "https",
  });
});
