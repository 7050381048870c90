import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CaptionError, createSiteClient, type SiteImage } from "../../../client/index.ts";
import type { SiteEnv } from "../../../site/env.ts";
import site from "../../../site/index.ts";
import { imageKey, pageKey } from "../../../site/pages/keys.ts";
import { readAlts, readPage, writePage } from "../../../site/pages/records.ts";
import { parseSiteSettings } from "../../../site/settings.ts";
import { addSeen } from "../../../site/store/index.ts";

const key = "a-key-of-twenty-letters";
const SITE = "https://site.example";
const bindings = {
  ...(env as unknown as SiteEnv),
  ORIGIN: "https://origin.example",
  REVIEW_KEYS: key,
} as SiteEnv;

/** Sends a request to the Worker, and waits for what it goes on doing. */
async function send(url: string, init?: RequestInit, worker = bindings): Promise<Response> {
  const context = createExecutionContext();
  const response = await site.fetch(new Request(url, init), worker, context);
  await waitOnExecutionContext(context);
  return response;
}

const client = createSiteClient({
  siteUrl: SITE,
  key,
  fetch: (url, init) => send(String(url), init as RequestInit),
});

const api = (path: string, init?: RequestInit) => send(`${SITE}/.edge-caption/${path}`, init);

/** Adds an image as the captioner would have left it, and returns it. */
async function addImage(name: string, confidence = 0.2): Promise<SiteImage> {
  const { key: image, url } = await imageKey(new URL(`${SITE}/${name}.jpg`), settings);
  const state = confidence < 0.5 ? "low_confidence" : "captioned";
  await bindings.DB.prepare(
    `INSERT INTO images (key, url, host, state, alt, caption, confidence, sure, model, due_at, source,
       created_at, updated_at)
     VALUES (?1, ?2, 'site.example', ?3, ?4, ?5, ?6, ?7, 'test 1.0.0', 0, 'list', 0, 0)`,
  )
    .bind(
      ...[image, url, state, confidence < 0.5 ? null : `A ${name}.`, `A ${name}.`],
      ...[confidence, confidence < 0.5 ? 0 : 1],
    )
    .run();
  return imageOf(image);
}

const settings = parseSiteSettings({});

async function imageOf(image: string): Promise<SiteImage> {
  const { images } = await client.images();
  const found = images.find((one) => one.key === image);
  if (!found) throw new Error("there is no such image");
  return found;
}

/** What pages get for an image. */
const published = async (image: string) => (await readAlts(bindings.PAGES, [image])).get(image);

async function codeOf(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof CaptionError ? error.code : String(error);
}

beforeEach(async () => {
  await bindings.DB.batch(
    ["page_images", "pages", "images"].map((table) => bindings.DB.prepare(`DELETE FROM ${table}`)),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("access to the API", () => {
  test("needs a key", async () => {
    const code = async (init?: RequestInit) => {
      const answer = await api("api/status", init);
      return [answer.status, ((await answer.json()) as { code?: string }).code];
    };
    const bearer = (text: string) => ({ headers: { Authorization: `Bearer ${text}` } });
    expect(await code()).toEqual([401, "unauthorized"]);
    expect(await code(bearer("another-key-of-20-letters"))).toEqual([401, "unauthorized"]);
    expect(await code(bearer(key))).toEqual([200, undefined]);
  });

  test("is refused to everyone if there are no keys", async () => {
    const { REVIEW_KEYS: _, ...without } = bindings as SiteEnv & { REVIEW_KEYS: string };
    for (const text of ["", "undefined", key]) {
      const init = { headers: { Authorization: `Bearer ${text}` } };
      const answer = await send(`${SITE}/.edge-caption/api/status`, init, without);
      expect(answer.status).toBe(401);
    }
  });

  test("follows the prefix, and leaves every other path to the origin", async () => {
    vi.stubGlobal("fetch", async (request: Request) => new Response(`origin: ${request.url}`));
    const moved = { ...bindings, PREFIX: "/own/alt/" } as SiteEnv;
    expect((await send(`${SITE}/own/alt/health`, {}, moved)).status).toBe(200);
    const other = await send(`${SITE}/.edge-caption/health`, {}, moved);
    expect(await other.text()).toBe("origin: https://origin.example/.edge-caption/health");
  });
});

describe("a session of the review page", () => {
  const signIn = (given: string, origin = SITE) =>
    api("session", {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: origin },
      body: JSON.stringify({ key: given }),
    });

  async function cookieOf(answer: Response): Promise<string> {
    return answer.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  }

  test("begins with a key, in a cookie that scripts and other sites do not get", async () => {
    const answer = await signIn(key);
    expect(answer.status).toBe(204);
    const cookie = answer.headers.get("Set-Cookie") ?? "";
    expect(cookie).toMatch(/; Path=\/\.edge-caption\/(;|$)/);
    for (const part of ["HttpOnly", "Secure", "SameSite=Strict"]) expect(cookie).toContain(part);
    expect(cookie).not.toContain(key);
    const read = await api("api/status", { headers: { Cookie: await cookieOf(answer) } });
    expect(read.status).toBe(200);
  });

  test("does not begin with a wrong key, or from another site's page", async () => {
    expect((await signIn("another-key-of-20-letters")).status).toBe(401);
    expect((await signIn(key, "https://evil.example")).status).toBe(403);
  });

  test("changes something only from the site's own page", async () => {
    const Cookie = await cookieOf(await signIn(key));
    const change = (headers: Record<string, string>) =>
      api("api/retry", { method: "POST", headers: { Cookie, ...headers } });
    expect((await change({})).status).toBe(403);
    expect((await change({ Origin: "https://evil.site.example" })).status).toBe(403);
    expect((await change({ Origin: SITE })).status).toBe(200);
  });

  test("ends when it is forged, has run out, or its key is removed", async () => {
    const Cookie = await cookieOf(await signIn(key));
    const status = async (cookie: string, worker = bindings) =>
      (await send(`${SITE}/.edge-caption/api/status`, { headers: { Cookie: cookie } }, worker))
        .status;
    expect(await status(Cookie.replace(/=(\d+)/, (_, time) => `=${Number(time) + 1}`))).toBe(401);
    const rekeyed = { ...bindings, REVIEW_KEYS: "another-key-of-20-letters" } as SiteEnv;
    expect(await status(Cookie, rekeyed)).toBe(401);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 13 * 60 * 60 * 1000);
    expect(await status(Cookie)).toBe(401);
    vi.restoreAllMocks();
    expect(await status(Cookie)).toBe(200);
  });
});

describe("a person's decision", () => {
  test("is published to the pages", async () => {
    const image = await addImage("dog");
    const edited = await client.review(image.key, {
      version: image.version,
      action: "edit",
      alt: "A dog asleep.",
    });
    expect(edited).toMatchObject({ state: "edited", alt: "A dog asleep.", caption: "A dog." });
    expect(await published(image.key)).toBe("A dog asleep.");
    const decorative = await client.review(image.key, {
      version: edited.version,
      action: "decorative",
    });
    expect(decorative).toMatchObject({ state: "decorative", alt: null });
    expect(await published(image.key)).toBeUndefined();
    const approved = await client.review(image.key, {
      version: decorative.version,
      action: "approve",
    });
    expect(approved).toMatchObject({ state: "approved", alt: "A dog." });
    expect(await published(image.key)).toBe("A dog.");
    await client.review(image.key, { version: approved.version, action: "reset" });
    expect(await imageOf(image.key)).toMatchObject({ state: "low_confidence", alt: null });
    expect(await published(image.key)).toBeUndefined();
  });

  test("does not overwrite another one: the later gets 409 and sees both", async () => {
    const image = await addImage("cat");
    const { version } = image;
    await client.review(image.key, { version, action: "edit", alt: "First." });
    const later = await client
      .review(image.key, { version, action: "edit", alt: "Second." })
      .catch((error: unknown) => error);
    expect(later).toMatchObject({
      status: 409,
      code: "edit_conflict",
      problem: { current: { alt: "First.", version: version + 1 } },
    });
    expect(await published(image.key)).toBe("First.");
  });

  test("is refused where it makes no sense", async () => {
    const image = await addImage("bird");
    const edit = { version: image.version, action: "edit" } as const;
    expect(await codeOf(client.review(image.key, { ...edit, alt: "  " }))).toBe("invalid_json");
    expect(await codeOf(client.review("0".repeat(32), { ...edit, alt: "x" }))).toBe("not_found");
    expect(await codeOf(client.review("x", { ...edit, alt: "x" }))).toBe("invalid_parameter");
    const answer = await api(`api/images/${image.key}`, {
      method: "PATCH",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: "{",
    });
    expect(((await answer.json()) as { code: string }).code).toBe("invalid_json");
  });
});

test("images are listed by rising confidence, in parts, and by filters", async () => {
  for (const [name, confidence] of [
    ["a", 0.9],
    ["b", 0.1],
    ["c", 0.3],
  ] as const) {
    await addImage(name, confidence);
  }
  const confidences = ({ images }: { images: SiteImage[] }) => images.map((one) => one.confidence);
  const first = await client.images({ limit: 2 });
  expect(confidences(first)).toEqual([0.1, 0.3]);
  const second = await client.images({ limit: 2, cursor: first.cursor });
  expect([confidences(second), second.cursor]).toEqual([[0.9], undefined]);
  expect(confidences(await client.images({ state: "captioned" }))).toEqual([0.9]);
  expect(confidences(await client.images({ above: 0.2, below: 0.9 }))).toEqual([0.3]);
  expect(await client.images({ host: "other.example" })).toEqual({ images: [] });
  const { bins } = await client.confidence();
  expect(bins.map(({ from, images }) => [from, images])).toEqual([
    [0.1, 1],
    [0.3, 1],
    [0.9, 1],
  ]);
});

describe("looking at a page", () => {
  const html = `<a href="/two.html#part">two</a><a href="https://other.example/">other</a>
    <a href="/act" rel="nofollow">act</a><a href="/two.html?a=1&amp;b=2">query</a>
    <img src="/one.jpg"><img src="/two.jpg" alt="Two."><img src="https://other.example/x.jpg">
    <a href="/"><img src="/three.jpg"></a>`;

  beforeEach(() => {
    vi.stubGlobal("fetch", async (request: Request) =>
      new URL(request.url).pathname === "/page.html"
        ? new Response(html, { headers: { "Content-Type": "text/html" } })
        : new Response("no", { status: 404 }),
    );
  });

  test("counts its images, follows the site's own links, and stores nothing in a dry run", async () => {
    const seen = await client.lookAtPage(`${SITE}/page.html`, { dryRun: true });
    expect(seen).toMatchObject({ status: 200, images: 4, added: 0 });
    expect(seen.missing.map(({ place }) => place)).toEqual(["img", "link"]);
    expect(seen.links).toEqual([`${SITE}/two.html`, `${SITE}/two.html?a=1&b=2`, `${SITE}/`]);
    expect((await client.images()).images).toEqual([]);
  });

  test("queues its images once, and the next visitor's page knows them", async () => {
    expect((await client.lookAtPage(`${SITE}/page.html`)).added).toBe(2);
    expect((await client.lookAtPage(`${SITE}/page.html`)).added).toBe(0);
    const { images } = await client.images();
    const pages = images.flatMap((image) => image.pages.map(({ url, place }) => [url, place]));
    expect(pages.sort()).toEqual([
      [`${SITE}/page.html`, "img"],
      [`${SITE}/page.html`, "link"],
    ]);
    const page = await pageKey(new URL(`${SITE}/page.html`), settings);
    const record = await readPage(bindings.PAGES, page.key);
    expect([record?.images.length, record?.listed?.length]).toEqual([1, 1]);
  });

  test("is refused for pages of other sites", async () => {
    const asked = client.lookAtPage("https://other.example/page.html");
    expect(await codeOf(asked)).toBe("host_not_allowed");
    expect(await codeOf(client.lookAtPage("file:///etc/passwd"))).toBe("invalid_url");
    expect(await client.lookAtPage(`${SITE}/none.html`)).toMatchObject({ status: 404, images: 0 });
  });
});

test("URLs are queued once; those of other hosts are refused", async () => {
  const other = "https://other.example/x.jpg";
  const urls = [`${SITE}/1.jpg?w=100`, `${SITE}/1.jpg?w=200`, `${SITE}/2.jpg`, other, "no"];
  expect(await client.addUrls(urls)).toEqual({
    added: 2,
    refused: [
      { url: other, reason: "host_not_allowed" },
      { url: "no", reason: "invalid_url" },
    ],
  });
  expect((await client.addUrls(urls.slice(0, 3))).added).toBe(0);
});

test("what is forgotten is gone from everywhere", async () => {
  const image = await addImage("old", 0.9);
  const edit = { version: image.version, action: "edit", alt: "Old." } as const;
  await client.review(image.key, edit);
  const images = [{ ...image, place: "img" as const }];
  const page = { ...(await pageKey(new URL(`${SITE}/old.html`), settings)), images };
  await addSeen(bindings.DB, page, [image], "visit", 0);
  await writePage(bindings.PAGES, page.key, { url: page.url, images: [image.key] });
  const forgotten = await client.forget({ url: `${image.url}?w=50#top` });
  expect(forgotten).toEqual({ images: 1, more: false });
  expect((await client.images()).images).toEqual([]);
  expect(await published(image.key)).toBeUndefined();
  // The record would keep the next visit from queueing the image.
  expect(await readPage(bindings.PAGES, page.key)).toBeUndefined();
});

test("the export has a line for each image", async () => {
  for (const name of ["one", "two"]) await addImage(name);
  const urls: string[] = [];
  for await (const { url } of client.export()) urls.push(url);
  expect(urls.sort()).toEqual([`${SITE}/one.jpg`, `${SITE}/two.jpg`]);
});

test("the OpenAPI document has every route, below the prefix", async () => {
  const document = (await (await api("openapi.json")).json()) as {
    openapi: string;
    paths: Record<string, object>;
  };
  expect(document.openapi).toMatch(/^3\.1/);
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path.replace("/.edge-caption", "")}`),
  );
  expect(routes.sort()).toEqual([
    "delete /session",
    "get /api/confidence",
    "get /api/export",
    "get /api/images",
    "get /api/images/{key}/picture",
    "get /api/status",
    "get /health",
    "get /openapi.json",
    "patch /api/images/{key}",
    "post /api/buckets",
    "post /api/forget",
    "post /api/pages",
    "post /api/recaption",
    "post /api/retry",
    "post /api/sweep",
    "post /api/urls",
    "post /session",
  ]);
});

test("the review page is the same for everyone, and may run nothing but its own files", async () => {
  const page = await api("review");
  expect(page.status).toBe(200);
  const policy = page.headers.get("Content-Security-Policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="(review\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(files.length).toBeGreaterThan(4);
  for (const path of files) expect((await api(path)).status).toBe(200);
});
