import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import type { HostileOrigin } from "../../bench/soak/hostile-origin.ts";
import type { Manifest } from "../../core/bundle/manifest.ts";
import { logLineOf } from "../support/log-line.ts";
import { ask, captionOf, type Service } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";
import { startWorld } from "../support/world.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const folder = sharedFolder();
let manifest: Manifest;
let origin: HostileOrigin;
let service: Service;

beforeAll(async () => {
  const variables = { FIRST_BYTE_MS: "3000" };
  manifest = await writeToyBundle(folder);
  const world = await startWorld({ variables, bundle: folder });
  ({ origin, service } = world);
  await captionOf(service, "http://pictures.example/cat.jpg?warm");
  return world.stop;
});

/** Counts the requests that reach the image's server during some work. */
async function asked(path: string, work: () => Promise<unknown>): Promise<number> {
  const times = () => origin.requests.filter((request) => request.endsWith(path)).length;
  const before = times();
  await work();
  return times() - before;
}

function get(url: string, init: RequestInit = {}, options = ""): Promise<Response> {
  return fetch(`${service.url}/caption?url=${encodeURIComponent(url)}${options}`, init);
}

const cacheOf = (response: { readonly headers: Headers }) => response.headers.get("Cache-Status");
const hit = /^EdgeCaption; hit; ttl=\d+$/;

describe("an answer is cached", () => {
  const url = "http://pictures.example/cat.jpg?kept";

  test("and returned again with its age", async () => {
    const first = await captionOf(service, url);
    expect(cacheOf(first)).toBe("EdgeCaption; fwd=uri-miss; stored");
    expect(first.headers.get("Cache-Control")).toBe("public, max-age=86400");
    expect(first.headers.get("ETag")).toMatch(/^"[0-9a-f]{64}\.json"$/);
    expect(first.headers.has("Age")).toBe(false);

    const again = await asked("/cat.jpg", async () => {
      const second = await captionOf(service, url);
      const { cache } = await logLineOf(service, second);
      expect(cache).toMatch(/^hit; ttl=\d+$/);
      expect(second.body).toEqual(first.body);
      expect(cacheOf(second)).toMatch(hit);
      expect(Number(second.headers.get("Age"))).toBeGreaterThanOrEqual(0);
      expect(second.headers.get("ETag")).toBe(first.headers.get("ETag"));
      expect(second.headers.get("Cache-Control")).toBe("public, max-age=86400");
    });
    expect(again).toBe(0);
  });

  test("for every way of writing the same request", async () => {
    const times = await asked("/cat.jpg", async () => {
      const same = ["", "&beam=1", "&attention=false", `&max_length=${manifest.maximumLength}`];
      for (const options of same) expect(cacheOf(await get(url, {}, options))).toMatch(hit);
      for (const text of ["HTTP://Pictures.EXAMPLE:80/x/../cat.jpg?kept#top"]) {
        expect(cacheOf(await get(text))).toMatch(hit);
      }
    });
    expect(times).toBe(0);
  });

  test("for text and JSON, for GET, HEAD and a POST that names the URL", async () => {
    const json = await captionOf(service, url);
    const text = await get(url, {}, "&format=text");
    expect(await text.text()).toBe(`${json.body.caption}\n`);
    expect(cacheOf(text)).toMatch(hit);
    expect(text.headers.get("ETag")).toBe(json.headers.get("ETag")?.replace("json", "text"));

    const head = await get(url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(cacheOf(head)).toMatch(hit);
    expect(head.headers.get("ETag")).toBe(json.headers.get("ETag"));

    const headers = { "Content-Type": "application/json" };
    const posted = { method: "POST", headers, body: JSON.stringify({ url }) };
    const post = await ask(service, "/caption", posted);
    expect([post.body, cacheOf(post)]).toEqual([json.body, expect.stringMatching(hit)]);
    expect(post.headers.get("Cache-Control")).toBe("no-store");
  });

  test("but not for other options, another query or another host", async () => {
    const others = [
      () => get(url, {}, "&beam=2"),
      () => get(url, {}, "&max_length=2"),
      () => get(`${url}2`),
      () => get(url.replace("pictures", "photos")),
    ];
    for (const other of others) expect(cacheOf(await other())).toMatch(/fwd=uri-miss/);
  });

  test("and is not renewed for a client without a key", async () => {
    const times = await asked("/cat.jpg", async () => {
      for (const value of ["no-cache", "no-store", "max-age=0", "must-revalidate, no-cache"]) {
        const headers = { "Cache-Control": value, Pragma: "no-cache" };
        expect(cacheOf(await get(url, { headers }))).toMatch(hit);
      }
    });
    expect(times).toBe(0);
  });

  test("and not sent to a client that has it", async () => {
    const tag = (await get(url)).headers.get("ETag") ?? "";
    for (const names of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const response = await get(url, { headers: { "If-None-Match": names } });
      expect([response.status, await response.text()]).toEqual([304, ""]);
      expect(response.headers.get("ETag")).toBe(tag);
      expect(response.headers.get("Vary")).toContain("Accept");
      expect(cacheOf(response)).toMatch(hit);
    }
    const text = { "If-None-Match": tag, Accept: "text/plain" };
    for (const headers of [{ "If-None-Match": '"other"' }, text]) {
      expect((await get(url, { headers })).status).toBe(200);
    }
  });
});

describe("a problem of an image is cached", () => {
  test.each(["/404?kept", "/html-as-photo?kept", "/truncated?kept", "/loop?kept"])(
    "%s",
    async (path) => {
      const url = `http://pictures.example${path}`;
      const first = await captionOf(service, url);
      expect(cacheOf(first)).toBe("EdgeCaption; fwd=uri-miss; stored");
      const before = origin.requests.length;
      const second = await captionOf(service, url);
      expect(origin.requests.length).toBe(before);
      expect(second.body).toEqual({ ...first.body, requestId: second.body.requestId });
      expect(second.body.requestId).not.toBe(first.body.requestId);
      expect(second.headers.get("Cache-Control")).toBe("no-store");
      const ttl = Number(/hit; ttl=(\d+)/.exec(cacheOf(second) ?? "")?.[1]);
      expect(ttl).toBeLessThanOrEqual(60);
    },
  );

  test.each(["/silent", "/closes"])("but not a problem that may pass: %s", async (path) => {
    const times = await asked(path, async () => {
      for (const _ of [1, 2]) {
        const response = await captionOf(service, `http://pictures.example${path}`);
        expect(cacheOf(response)).toBe("EdgeCaption; fwd=uri-miss");
      }
    });
    expect(times).toBe(2);
  });
});

describe("simultaneous requests for the same image", () => {
  test("share one answer", async () => {
    const times = await asked("/slow.jpg", async () => {
      const url = "http://pictures.example/slow.jpg?together";
      const answers = await Promise.all(Array.from({ length: 5 }, () => captionOf(service, url)));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.map(cacheOf).sort()).toEqual([
        ...Array(4).fill("EdgeCaption; fwd=uri-miss; collapsed"),
        "EdgeCaption; fwd=uri-miss; stored",
      ]);
    });
    expect(times).toBe(1);
  });

  test("share one failure", async () => {
    const times = await asked("/500", async () => {
      const url = "http://pictures.example/500?together";
      const answers = await Promise.all([captionOf(service, url), captionOf(service, url)]);
      for (const { body } of answers) expect(body.code).toBe("upstream_status");
    });
    expect(times).toBe(1);
  });
});

test("an answer that bypassed the cache says so", async () => {
  const body = new Uint8Array(await readFile(join(examplesFolder, "chelsea.jpg")));
  const upload = await ask(service, "/caption", { method: "POST", body });
  expect(cacheOf(upload)).toBe("EdgeCaption; fwd=method");
  expect(upload.headers.has("ETag")).toBe(false);

  const urls = Array.from({ length: 32 }, () => "http://pictures.example/cat.jpg?kept");
  const headers = { "Content-Type": "application/json" };
  const batch = (count: number) =>
    fetch(`${service.url}/captions`, {
      method: "POST",
      headers,
      body: JSON.stringify({ urls: urls.slice(0, count) }),
    });
  const large = await batch(32);
  expect(cacheOf(large)).toBe("EdgeCaption; fwd=bypass; detail=subrequests");
  await large.text();

  const before = origin.requests.length;
  const small = await batch(5);
  expect(await small.text()).toContain('"status":200');
  expect(origin.requests.length).toBe(before);
});

test("the log has a request's outcome, durations and image", async () => {
  const url = "http://pictures.example/hops?n=1&secret=1";
  const lineOf = async (image: string) => logLineOf(service, await captionOf(service, image));
  const line = await lineOf(url);
  expect(line).toEqual({
    requestId: expect.any(String),
    method: "GET",
    path: "/caption",
    status: 200,
    outcome: "answered",
    cache: "fwd=uri-miss; stored",
    imageHost: "pictures.example",
    redirects: 1,
    imageBytes: 34306,
    imageFormat: "jpeg",
    imagePixels: 451 * 300,
    model: `${manifest.name} ${manifest.version}`,
    waitMs: expect.any(Number),
    fetchMs: expect.any(Number),
    decodeMs: expect.any(Number),
    inferenceMs: expect.any(Number),
    milliseconds: expect.any(Number),
  });
  const kept = await lineOf(url);
  expect(kept).toMatchObject({ cache: expect.stringMatching(/^hit/), outcome: "answered" });
  const refused = await lineOf("http://10.0.0.1/");
  expect(refused).toMatchObject({ outcome: "refused", code: "private_address", status: 403 });
  const failed = await lineOf("http://pictures.example/closes");
  expect(failed).toMatchObject({ outcome: "failed", code: "unreachable", status: 502 });
});
