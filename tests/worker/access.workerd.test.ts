import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { signUrl } from "../../worker/access/signed-url.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app, { OwnerEntrypoint } from "../../worker/index.ts";

const oldKey = "the-old-key-of-twenty-letters";
const newKey = "the-new-key-of-twenty-letters";
const urlKey = "the-key-that-signs-the-urls";
const variables = { API_KEYS: `${oldKey}, ${newKey}`, URL_KEYS: urlKey };

// A private URL: once access is granted, it is refused with a code of its own, and no image is needed.
const captionUrl = new URL("https://captions.example/caption?url=http://127.0.0.1/&beam=2");
const granted = "private_address";

async function codeOf(url: URL | string, init: RequestInit = {}, settings: object = variables) {
  const bindings = { ...(env as unknown as Bindings), ...settings };
  const request = new Request(url, init);
  const response = await app.fetch(request, bindings, createExecutionContext());
  return ((await response.json()) as { code?: string }).code;
}

const bearer = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } });
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("keys", () => {
  test("grant access, each of them and nothing else", async () => {
    expect(await codeOf(captionUrl, bearer(oldKey))).toBe(granted);
    expect(await codeOf(captionUrl, bearer(newKey))).toBe(granted);
    for (const key of ["", "x", oldKey.slice(1), `${oldKey}x`, `${oldKey}, ${newKey}`, urlKey]) {
      expect(await codeOf(captionUrl, bearer(key)), key).toBe("unauthorized");
    }
    expect(await codeOf(captionUrl)).toBe("unauthorized");
    expect(await codeOf(captionUrl, { headers: { Authorization: newKey } })).toBe("unauthorized");
  });

  test("are needed on every route to a caption, and only there", async () => {
    for (const [path, method] of [
      ["/caption", "POST"],
      ["/captions", "POST"],
    ]) {
      expect(await codeOf(`https://captions.example${path}`, { method })).toBe("unauthorized");
    }
    expect(await codeOf("https://captions.example/health")).toBeUndefined();
  });

  test("are not needed if none are configured", async () => {
    expect(await codeOf(captionUrl, {}, {})).toBe(granted);
  });
});

describe("a signed URL", () => {
  test("grants access without a key, in any order of its parameters", async () => {
    const signed = await signUrl(captionUrl, urlKey, inAnHour());
    expect(await codeOf(signed)).toBe(granted);
    const reordered = new URL(signed);
    reordered.search = String(new URLSearchParams([...signed.searchParams].reverse()));
    expect(await codeOf(reordered)).toBe(granted);
  });

  test("is refused when anything in it was changed", async () => {
    const signed = await signUrl(captionUrl, urlKey, inAnHour());
    const changed = (change: (url: URL) => void) => {
      const url = new URL(signed);
      change(url);
      return codeOf(url);
    };
    const later = String(inAnHour() + 1);
    expect(await changed((url) => url.searchParams.set("beam", "3"))).toBe("signature_invalid");
    expect(await changed((url) => url.searchParams.delete("beam"))).toBe("signature_invalid");
    expect(await changed((url) => url.searchParams.set("expires", later))).toBe(
      "signature_invalid",
    );
    expect(await changed((url) => url.searchParams.append("format", "text"))).toBe(
      "signature_invalid",
    );
    expect(await changed((url) => url.searchParams.set("signature", ""))).toBe("signature_invalid");
    expect(await codeOf(await signUrl(captionUrl, oldKey, inAnHour()))).toBe("signature_invalid");
  });

  test("expires", async () => {
    expect(await codeOf(await signUrl(captionUrl, urlKey, inAnHour() - 3601))).toBe(
      "signature_expired",
    );
    expect(await codeOf(await signUrl(captionUrl, urlKey, Number.NaN))).toBe("signature_expired");
  });

  test("is valid for GET only", async () => {
    const signed = await signUrl(new URL("https://captions.example/captions"), urlKey, inAnHour());
    expect(await codeOf(signed, { method: "POST" })).toBe("unauthorized");
  });
});

describe("RATE_LIMITER", () => {
  /** Counts like the platform's limiter, in a period without end. */
  function limiter(limit: number) {
    const counts = new Map<string, number>();
    return {
      counts,
      async limit({ key }: { key: string }) {
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return { success: count <= limit };
      },
    };
  }

  test("receives a digest of the key, not the key", async () => {
    const counting = limiter(1);
    const settings = { ...variables, RATE_LIMITER: counting };
    expect(await codeOf(captionUrl, bearer(oldKey), settings)).toBe(granted);
    expect(await codeOf(captionUrl, bearer(oldKey), settings)).toBe("rate_limited");
    expect(await codeOf(captionUrl, bearer(newKey), settings)).toBe(granted);
    expect([...counting.counts.keys()].join()).not.toContain("letters");
    expect(await codeOf(captionUrl, {}, settings)).toBe("unauthorized");
  });
});

test("Workers that bind to the owner's entrypoint need no key, and are not counted", async () => {
  const full = { limit: async () => ({ success: false }) };
  const bindings = { ...(env as unknown as Bindings), ...variables, RATE_LIMITER: full };
  const entrypoint = new OwnerEntrypoint(createExecutionContext(), bindings);
  const answer = await entrypoint.fetch(new Request(captionUrl));
  expect(((await answer.json()) as { code?: string }).code).toBe(granted);
});

test("the service refuses its own requests", async () => {
  const headers = { ...bearer(newKey).headers, "Edge-Caption-Fetch": "1" };
  expect(await codeOf(captionUrl, { headers })).toBe("own_request");
});

describe("ALLOWED_HOSTS", () => {
  const settings = { ALLOWED_HOSTS: "Photos.example, *.cdn.example" };
  const caption = (url: string) =>
    codeOf(`https://captions.example/caption?url=${encodeURIComponent(url)}`, {}, settings);

  test.each([
    "https://example.com/",
    "https://photos.example.com/",
    "https://sub.photos.example/",
    "https://cdn.example/",
    "https://evilcdn.example/",
  ])("refuses %s", async (url) => {
    expect(await caption(url)).toBe("host_not_allowed");
  });

  test.each([
    "https://photos.example/",
    "https://a.cdn.example/",
    "https://a.b.cdn.example/",
    "https://PHOTOS.example./",
  ])("allows %s", async (url) => {
    vi.stubGlobal("fetch", () => Promise.reject(new Error("there is no network in this test")));
    expect(await caption(url)).toBe("unreachable");
  });
});
