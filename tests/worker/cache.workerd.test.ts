import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";
import { signUrl } from "../../worker/access/signed-url.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000 });

const key = "an-api-key-of-twenty-letters";
const urlKey = "the-key-that-signs-the-urls";
const keys = { API_KEYS: key, URL_KEYS: urlKey };
const withKey = { Authorization: `Bearer ${key}` };

const photo = new Uint8Array(inject("images").find(({ name }) => name === "jpeg")?.file ?? []);
let downloads = 0;
let tests = 0;

/** An image that nothing is kept of yet. */
let asked: URL;

beforeEach(() => {
  asked = new URL(`https://captions.example/caption?url=https://pictures.example/${tests++}.jpg`);
  downloads = 0;
  vi.stubGlobal("fetch", async () => {
    downloads++;
    return new Response(photo);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function ask(url: URL, headers: HeadersInit = {}, variables: object = {}): Promise<Response> {
  const context = createExecutionContext();
  const bindings = { ...(env as unknown as Bindings), ...variables };
  const response = await app.fetch(new Request(url, { headers }), bindings, context);
  await waitOnExecutionContext(context);
  return response;
}

const cacheOf = ({ headers }: Response) => headers.get("Cache-Status");
const hit = expect.stringContaining("EdgeCaption; hit");

describe("a service with keys", () => {
  test("checks access before it looks into the cache", async () => {
    expect((await ask(asked)).status).toBe(200);
    const refused = await ask(asked, {}, keys);
    expect([refused.status, cacheOf(refused)]).toEqual([401, null]);
    const expired = await signUrl(asked, urlKey, 1);
    expect((await ask(expired, {}, keys)).status).toBe(403);
  });

  test("shares a cache entry between keys and signatures", async () => {
    const inAnHour = Math.floor(Date.now() / 1000) + 3600;
    expect(cacheOf(await ask(asked, withKey, keys))).toContain("stored");
    expect(cacheOf(await ask(await signUrl(asked, urlKey, inAnHour), {}, keys))).toEqual(hit);
    expect(cacheOf(await ask(await signUrl(asked, urlKey, inAnHour + 1), {}, keys))).toEqual(hit);
    expect(downloads).toBe(1);
  });

  test("marks its answers as private", async () => {
    const response = await ask(asked, withKey, keys);
    expect(response.headers.get("Cache-Control")).toBe("private, max-age=86400");
  });

  test("lets a client with a key request a new answer, and caches that", async () => {
    await ask(asked, withKey, keys);
    const headers = { ...withKey, "Cache-Control": "no-cache" };
    expect(cacheOf(await ask(asked, headers, keys))).toBe("EdgeCaption; fwd=request; stored");
    expect(downloads).toBe(2);
    expect(cacheOf(await ask(asked, withKey, keys))).toEqual(hit);
  });

  test("does not let a signed URL request a new answer", async () => {
    const signed = await signUrl(asked, urlKey, Math.floor(Date.now() / 1000) + 3600);
    await ask(signed, {}, keys);
    expect(cacheOf(await ask(signed, { "Cache-Control": "no-cache" }, keys))).toEqual(hit);
  });

  test("a key means nothing to a service without keys", async () => {
    await ask(asked);
    const headers = { ...withKey, "Cache-Control": "no-cache" };
    expect(cacheOf(await ask(asked, headers))).toEqual(hit);
  });
});

describe("a service without a cache says so in each answer", () => {
  const health = async (url: string, variables: object) =>
    (await ask(new URL("/health", url), {}, variables)).json<{ cache: string }>();

  test("because of CACHE_SECONDS", async () => {
    const off = { CACHE_SECONDS: "0" };
    for (const time of [1, 2]) {
      const response = await ask(asked, {}, off);
      expect(cacheOf(response)).toBe("EdgeCaption; fwd=bypass; detail=off");
      expect(response.headers.get("Cache-Control")).toBe("no-store");
      expect(downloads).toBe(time);
    }
    expect((await health(asked.href, off)).cache).toBe("off");
  });

  test("on workers.dev", async () => {
    asked.host = "edge-caption.somebody.workers.dev";
    for (const _ of [1, 2]) {
      const status = cacheOf(await ask(asked));
      expect(status).toBe("EdgeCaption; fwd=bypass; detail=none-on-workers.dev");
    }
    expect((await health(asked.href, {})).cache).toBe("none-on-workers.dev");
  });
});

test("CACHE_PROBLEM_SECONDS can be 0", async () => {
  vi.stubGlobal("fetch", async () => {
    downloads++;
    return new Response("gone", { status: 404 });
  });
  for (const _ of [1, 2]) await ask(asked, {}, { CACHE_PROBLEM_SECONDS: "0" });
  expect(downloads).toBe(2);
});

test("an expired entry is not used, even if the cache still has it", async () => {
  await ask(asked);
  const later = Date.now() + 86_401_000;
  const now = vi.spyOn(Date, "now").mockImplementation(() => later);
  expect(cacheOf(await ask(asked))).toContain("stored");
  now.mockRestore();
});

test("a failing cache does not prevent an answer", async () => {
  const open = vi.spyOn(caches, "open").mockRejectedValue(new Error("no cache today"));
  expect((await ask(asked)).status).toBe(200);
  open.mockRestore();
});
