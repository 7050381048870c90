import { afterEach, describe, expect, test, vi } from "vitest";
import { bindings, caption, serveAt, servePage, visit } from "../../support/site/visitor.ts";

const HTML = "text/html; charset=utf-8";
const IMAGE = "<img src=/broken/a.jpg>";
const FILLED = '<img src=/broken/a.jpg alt="A caption." data-alt-source="edge-caption">';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Visits a page a second time, when its captions are stored, and returns the answer. */
async function secondVisit(path: string, variables: Record<string, string> = {}) {
  // Failures are logged; the tests' output stays readable.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await caption("/broken/a.jpg", "A caption.");
  await visit(path, { variables });
  return visit(path, { variables });
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const twoBytes = (text: string) => [0xff, 0xfe, ...[...utf16(text)].flatMap((code) => [code, 0])];

describe("a page that the rewriter refuses is the origin's to the byte", () => {
  test.each([
    [
      "a text element in an unclosed select",
      utf8(`<p>begin</p>${IMAGE}<select><iframe>${IMAGE}`),
      HTML,
    ],
    [
      "the same after much else",
      utf8(`${IMAGE}${"<p>text</p>".repeat(2000)}<select><iframe>`),
      HTML,
    ],
    ["UTF-16 by the header", utf16(IMAGE), "text/html; charset=utf-16"],
    ["UTF-16 by its byte order mark", twoBytes(IMAGE), "text/html"],
    ["ISO-2022-JP", utf8(IMAGE), "text/html; charset=iso-2022-jp"],
    ["an unknown charset", utf8(IMAGE), "text/html; charset=nonsense"],
  ])("%s", async (_, body, type) => {
    await serveAt("/broken/refused", { headers: [["Content-Type", type]], body: [...body] });
    const response = await secondVisit("/broken/refused");
    expect(await response.bytes()).toEqual(Uint8Array.from(body));
    expect(response.headers.get("Content-Type")).toBe(type);
  });

  test("with validators and length", async () => {
    const body = `${IMAGE}<select><iframe>`;
    const headers = [
      ["Content-Type", HTML],
      ["ETag", '"v1"'],
    ] as const;
    await serveAt("/broken/validators", { headers, body });
    const response = await secondVisit("/broken/validators");
    expect(response.headers.get("ETag")).toBe('"v1"');
    expect(response.headers.get("Content-Length")).toBe(String(body.length));
  });
});

describe("in a page that is hostile, nothing changes but the image", () => {
  test.each([
    ["tags that are not closed", "<p><b><table><td>%<div <img src="],
    ["an image in a script", `<script>x = '${IMAGE}'</script>%<script>${IMAGE}`],
    [
      "an image in comments",
      `<!-- ${IMAGE} -->%<!--> ${IMAGE.replace("src", "alt src")} <!-- ${IMAGE}`,
    ],
    ["an image in a template", `<template>${IMAGE}</template>%`],
    ["an image in noscript", `<noscript>${IMAGE}</noscript>%`],
    [
      "an image in raw text",
      `<style>${IMAGE}</style><textarea>${IMAGE}</textarea>%<xmp>${IMAGE}</xmp>`,
    ],
    ["an image in a title and an iframe", `<title>${IMAGE}</title><iframe>${IMAGE}</iframe>%`],
    ["an image in an attribute", `<p title="${IMAGE}">%</p><p title='${IMAGE}`],
    ["an image in plain text", `%<plaintext>${IMAGE}`],
    ["an image in CDATA of SVG", `<svg><![CDATA[${IMAGE}]]></svg>%`],
    ["an image in a processing instruction", `<?php ${IMAGE.replaceAll(/[<>]/g, "")} ?>%`],
    ["nul bytes", "\0<p\0>\0%\0<img src=/broken/\0b.jpg>\0"],
    ["an attribute twice", "%<img alt=x ALT=y src=/broken/a.jpg>"],
    ["lone surrogates and rare letters", "\u{10ffff}\ufffe\u0085\u2028%\u{1f415}"],
    ["a byte order mark", "\ufeff<p>%</p>"],
    ["line ends of all kinds", "a\r\nb\rc\n%\r\n"],
    ["deeply nested elements", `${"<div>".repeat(2000)}%${"</div>".repeat(1000)}`],
  ])("%s", async (_, template) => {
    const body = [...utf8(template.replace("%", () => IMAGE))];
    await servePage("/broken/hostile", body);
    const response = await secondVisit("/broken/hostile");
    expect(await response.bytes()).toEqual(utf8(template.replace("%", () => FILLED)));
  });

  test("a data: URI of 4 MB", async () => {
    const uri = `<img src="data:image/png;base64,${"A".repeat(4 << 20)}`;
    const rest = `${uri}">`;
    await servePage("/broken/data", IMAGE + rest);
    const untouched = await (await secondVisit("/broken/data")).text();
    expect(untouched === IMAGE + rest).toBe(true);
    const text = await (await secondVisit("/broken/data", { MAX_PAGE_BYTES: "8000000" })).text();
    expect(text === FILLED + rest).toBe(true);
  });

  test("a data: URI of 4 MB that does not end, which is too much for the rewriter", async () => {
    const body = `${IMAGE}<img src="data:image/png;base64,`;
    const filler = { text: "A", times: 4 << 20 };
    await servePage("/broken/endless", body, { filler });
    const text = await (await secondVisit("/broken/endless", { MAX_PAGE_BYTES: "8000000" })).text();
    expect(text === body + filler.text.repeat(filler.times)).toBe(true);
  });

  test.each([
    ["windows-1251", [0xcf, 0xf0, 0xe8]],
    // The second byte of the second letter is a backslash.
    ["shift_jis", [0x93, 0xfa, 0x83, 0x5c]],
    ["gb18030", [0x81, 0x30, 0x81, 0x30, 0xc4, 0xe3]],
    ["iso-8859-1", [0xe9, 0xff]],
  ])("one in %s, by header or by meta", async (charset, letters) => {
    for (const [type, meta] of [
      [`text/html; charset=${charset}`, ""],
      ["text/html", `<meta charset="${charset}">`],
    ] as const) {
      const page = (image: string) => [
        ...utf8(`${meta}<p title="`),
        ...letters,
        ...utf8(`">`),
        ...letters,
        ...utf8(image),
        ...letters,
      ];
      await servePage("/broken/charset", page(IMAGE), { headers: [["Content-Type", type]] });
      expect([...(await (await secondVisit("/broken/charset")).bytes())]).toEqual(page(FILLED));
    }
  });

  test("one that keeps bytes which are not of its charset", async () => {
    const page = (image: string) => [0xff, 0xfe - 1, ...utf8(image), 0x80, 0xc3];
    await servePage("/broken/bytes", page(IMAGE));
    expect([...(await (await secondVisit("/broken/bytes")).bytes())]).toEqual(page(FILLED));
  });
});

describe("a page is never held for longer than it is worth", () => {
  const filler = { text: "<p>text</p>", times: 1_000_000 };
  const large = IMAGE + filler.text.repeat(filler.times);

  test.each([
    ["with a Content-Length", {}],
    ["without one", { pauseMs: 10 }],
    ["compressed, so that its length is unknown", { coding: "gzip" as const }],
  ])("one of 10 MB, %s, passes untouched", async (_, more) => {
    await servePage("/broken/large", IMAGE, { ...more, filler });
    const headers = { "Accept-Encoding": "gzip" };
    await caption("/broken/a.jpg", "A caption.");
    await visit("/broken/large", { headers });
    const text = await (await visit("/broken/large", { headers })).text();
    expect(text === large).toBe(true);
  });

  test("one at the limit is filled in, one byte more is not", async () => {
    const variables = { MAX_PAGE_BYTES: String(IMAGE.length + 1) };
    await servePage("/broken/limit", `${IMAGE}.`, { pauseMs: 10 });
    expect(await (await secondVisit("/broken/limit", variables)).text()).toBe(`${FILLED}.`);
    await servePage("/broken/limit", `${IMAGE}..`, { pauseMs: 10 });
    expect(await (await secondVisit("/broken/limit", variables)).text()).toBe(`${IMAGE}..`);
  });

  test("one that its origin streams for longer than the limit arrives whole", async () => {
    const body = `<p>begin</p>${IMAGE}<p>end</p>`;
    await servePage("/broken/slow", body, { pauseMs: 5500 });
    await caption("/broken/a.jpg", "A caption.");
    expect(await (await visit("/broken/slow")).text()).toBe(body);
  });
});

describe("what fails behind the page does not fail the page", () => {
  test.each(["get", "put"] as const)("KV's %s", async (failing) => {
    await servePage(`/broken/kv-${failing}`, IMAGE);
    await secondVisit(`/broken/kv-${failing}`);
    const PAGES = new Proxy(bindings.PAGES, {
      get: (kv, name: keyof KVNamespace) =>
        name === failing ? () => Promise.reject(new Error("KV is down")) : kv[name].bind(kv),
    });
    const response = await visit(`/broken/kv-${failing}`, { env: { PAGES } });
    expect(await response.text()).toBe(failing === "get" ? IMAGE : FILLED);
  });

  test("KV that does not answer", async () => {
    await servePage("/broken/kv-slow", IMAGE);
    await secondVisit("/broken/kv-slow");
    const PAGES = new Proxy(bindings.PAGES, { get: () => () => new Promise(() => undefined) });
    const response = await visit("/broken/kv-slow", { env: { PAGES } });
    expect(await response.text()).toBe(IMAGE);
  });

  test("D1 and the queue", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const fail = () => {
      throw new Error("down");
    };
    const down = new Proxy({}, { get: fail }) as never;
    for (const name of ["DB", "IMAGES"]) {
      await servePage(`/broken/${name}`, `<img src=/broken/${name}.jpg>`);
      const response = await visit(`/broken/${name}`, { env: { [name]: down } });
      expect(await response.text()).toBe(`<img src=/broken/${name}.jpg>`);
    }
  });

  test("a selector that the rewriter cannot read", async () => {
    await servePage("/broken/selector", IMAGE);
    const response = await secondVisit("/broken/selector", { SKIP_SELECTOR: "img[[" });
    expect(await response.text()).toBe(IMAGE);
  });
});

describe("what the origin breaks stays broken, and is not passed off as whole", () => {
  test("a page that it cuts", async () => {
    await servePage("/broken/cut", `${IMAGE}<p>text</p>`, { cutAfter: 25 });
    await expect(visit("/broken/cut")).rejects.toThrow();
  });

  test("a coding that it only claims", async () => {
    const headers = [
      ["Content-Type", HTML],
      ["Content-Encoding", "gzip"],
    ] as const;
    await serveAt("/broken/coding", { headers, body: IMAGE });
    await expect(visit("/broken/coding")).rejects.toThrow();
  });

  test("one that does not answer", async () => {
    const response = await visit("/", { variables: { ORIGIN: "http://127.0.0.1:9" } });
    expect(response.status).toBe(502);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  });
});
