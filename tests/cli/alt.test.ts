import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { afterEach, describe, expect, test } from "vitest";
import { connect } from "../../cli/alt/connect.ts";
import { crawl } from "../../cli/alt/crawl.ts";
import { exportImages } from "../../cli/alt/export.ts";
import { readSitemap } from "../../cli/alt/sitemap.ts";
import { describeStatus } from "../../cli/alt/status.ts";
import { createSiteClient, type SiteImage } from "../../client/index.ts";

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** Serves files by their paths, and returns the server's address. */
async function serve(files: (url: string) => Record<string, string | Buffer>): Promise<string> {
  let all: Record<string, string | Buffer> = {};
  const started = createServer((request, response) => {
    const file = all[request.url ?? ""];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  all = files(url);
  return url;
}

const urlset = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">${content}</urlset>`;

describe("a sitemap", () => {
  test("may be an index of compressed ones, and name images", async () => {
    const url = await serve((own) => ({
      "/index.xml": `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>${own}/pages.xml.gz</loc></sitemap><sitemap><loc>${own}/images.xml</loc></sitemap>
        </sitemapindex>`,
      "/pages.xml.gz": gzipSync(urlset("<url><loc> https://a.example/?x=1&amp;y=2 </loc></url>")),
      "/images.xml": urlset(
        `<url><loc>https://a.example/p</loc><image:image><image:loc>https://a.example/1.jpg</image:loc></image:image>
         <image:image><image:loc>https://a.example/2.jpg</image:loc></image:image></url>`,
      ),
    }));
    expect(await readSitemap(`${url}/index.xml`)).toEqual({
      pages: ["https://a.example/?x=1&y=2"],
      images: ["https://a.example/1.jpg", "https://a.example/2.jpg"],
    });
  });

  test("may name 10,000 images", async () => {
    const entries = Array.from(
      { length: 10_000 },
      (_, index) =>
        `<url><loc>https://a.example/${index}</loc><image:image><image:loc>https://a.example/${index}.jpg</image:loc></image:image></url>`,
    );
    const url = await serve(() => ({ "/sitemap.xml": urlset(entries.join("")) }));
    const { pages, images } = await readSitemap(`${url}/sitemap.xml`);
    expect([pages.length, images.length, images.at(-1)]).toEqual([
      0,
      10_000,
      "https://a.example/9999.jpg",
    ]);
  });

  test("is refused if the answer is not a sitemap", async () => {
    const url = await serve(() => ({ "/page": "<html></html>" }));
    for (const path of ["/page", "/missing"]) {
      await expect(readSitemap(url + path)).rejects.toMatchObject({ code: "unreadable_sitemap" });
    }
  });
});

describe("a crawl", () => {
  const pages: Record<string, string[]> = { "/": ["/a", "/b"], "/a": ["/", "/b"], "/b": ["/c"] };
  const client = createSiteClient({
    siteUrl: "https://site.example",
    key: "a-key-of-twenty-letters",
    fetch: async (_, init) => {
      const { url } = JSON.parse(String(init?.body)) as { url: string };
      const { pathname, origin } = new URL(url);
      const links = pages[pathname];
      const answer = {
        ...{ status: links ? 200 : 404, images: links ? 2 : 0, added: links ? 1 : 0 },
        missing: links ? [{ key: pathname, place: "img" }] : [],
        links: (links ?? []).map((path) => origin + path),
      };
      return Response.json(answer);
    },
  });
  const options = { dryRun: false, limit: 100, follow: true };

  test("looks at each page once, and names those that are broken", async () => {
    const found = await crawl(client, ["https://site.example/#top"], options);
    expect(found).toMatchObject({ pages: 4, images: 6, added: 3, isCut: false });
    expect(found.missing.size).toBe(3);
    expect(found.broken).toEqual([{ url: "https://site.example/c", reason: "status 404" }]);
  });

  test("ends at its limit", async () => {
    const limited = { ...options, limit: 2 };
    expect(await crawl(client, ["https://site.example/"], limited)).toMatchObject({
      pages: 2,
      isCut: true,
    });
  });
});

test("a key is not sent without encryption", async () => {
  const options = { prefix: "/.edge-caption/", site: "http://site.example" };
  await expect(connect(options)).rejects.toMatchObject({ code: "invalid_url" });
});

describe("an export", () => {
  const image: SiteImage = {
    key: "0".repeat(32),
    url: "https://site.example/1.jpg",
    state: "edited",
    alt: 'A "dog", <b>asleep</b>\nand awake.',
    caption: null,
    confidence: 0.25,
    model: null,
    problem: null,
    attempts: 1,
    version: 1,
    source: "visit",
    updatedAt: 0,
    pages: [{ url: "https://site.example/", place: "img" }],
  };

  test("is CSV that a parser reads", async () => {
    const [row] = parse(await exportImages([image], "csv"), { columns: true });
    expect(row).toMatchObject({ url: image.url, alt: image.alt, confidence: "0.25", caption: "" });
  });

  test("is NDJSON with everything", async () => {
    expect(JSON.parse(await exportImages([image], "ndjson"))).toEqual(image);
  });

  test("is a page in which no text is markup", async () => {
    const html = await exportImages([image], "html");
    expect(html).toContain("&lt;b&gt;asleep");
    expect(html).not.toContain("<b>asleep");
  });
});

test("the status says what is done, and how long the rest takes", () => {
  const states = {
    ...{ queued: 30, leased: 0, captioned: 60, low_confidence: 5, failed: 1 },
    ...{ approved: 2, edited: 1, decorative: 1 },
  };
  const text = describeStatus({ states, perMinute: 10, minutesLeft: 3 });
  expect(text).toContain("70 of 100 images are done (70 %).");
  expect(text).toContain("10.0 images a minute, about 3 minutes left.");
  const stuck = describeStatus({ states, perMinute: 0, minutesLeft: null });
  expect(stuck).toContain("npm run alt -- resume");
});
