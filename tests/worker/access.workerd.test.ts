import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { signUrl } from "../../worker/access/signed-url.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

const oldKey = "the-old-key-of-twenty-letters";
const newKey = "the-new-key-of-twenty-letters";
const urlKey = "the-key-that-signs-the-urls";
const variables = { API_KEYS: `${oldKey}, ${newKey}`, URL_KEYS: urlKey };

// The guard refuses it, once access is granted: no picture is needed to tell the two apart.
const asked = new URL("https://captions.example/caption?url=http://127.0.0.1/&beam=2");
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
  test("any of them opens, and nothing else does", async () => {
    expect(await codeOf(asked, bearer(oldKey))).toBe(granted);
    expect(await codeOf(asked, bearer(newKey))).toBe(granted);
    for (const key of ["", "x", oldKey.slice(1), `${oldKey}x`, `${oldKey}, ${newKey}`, urlKey]) {
      expect(await codeOf(asked, bearer(key)), key).toBe("unauthorized");
    }
    expect(await codeOf(asked)).toBe("unauthorized");
    expect(await codeOf(asked, { headers: { Authorization: newKey } })).toBe("unauthorized");
  });

  test("are needed for every way to a caption, and for nothing else", async () => {
    for (const [path, method] of [
      ["/caption", "POST"],
      ["/captions", "POST"],
    ]) {
      expect(await codeOf(`https://captions.example${path}`, { method })).toBe("unauthorized");
    }
    expect(await codeOf("https://captions.example/health")).toBeUndefined();
  });

  test("are not needed where none are set", async () => {
    expect(await codeOf(asked, {}, {})).toBe(granted);
  });
});

describe("a signed URL", () => {
  test("opens by itself, in whatever order its parameters stand", async () => {
    const signed = await signUrl(asked, urlKey, inAnHour());
    expect(await codeOf(signed)).toBe(granted);
    const turned = new URL(signed);
    turned.search = String(new URLSearchParams([...signed.searchParams].reverse()));
    expect(await codeOf(turned)).toBe(granted);
  });

  test("does not, when anything of it is changed", async () => {
    const signed = await signUrl(asked, urlKey, inAnHour());
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
    expect(await codeOf(await signUrl(asked, oldKey, inAnHour()))).toBe("signature_invalid");
  });

  test("expires", async () => {
    expect(await codeOf(await signUrl(asked, urlKey, inAnHour() - 3601))).toBe("signature_expired");
    expect(await codeOf(await signUrl(asked, urlKey, Number.NaN))).toBe("signature_expired");
  });

  test("is for reading only", async () => {
    const signed = await signUrl(new URL("https://captions.example/captions"), urlKey, inAnHour());
    expect(await codeOf(signed, { method: "POST" })).toBe("unauthorized");
  });
});

describe("RATE_LIMITER", () => {
  /** Counts like the platform's, without ever forgetting. */
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

  const from = (address: string) => ({ headers: { "CF-Connecting-IP": address } });

  test("counts by address, and in IPv6 by the half of it", async () => {
    const settings = { RATE_LIMITER: limiter(1) };
    expect(await codeOf(asked, from("198.51.100.1"), settings)).toBe(granted);
    expect(await codeOf(asked, from("198.51.100.1"), settings)).toBe("rate_limited");
    expect(await codeOf(asked, from("198.51.100.2"), settings)).toBe(granted);
    expect(await codeOf(asked, from("2001:db8:0:1::1"), settings)).toBe(granted);
    expect(await codeOf(asked, from("2001:db8:0:1:ffff::2"), settings)).toBe("rate_limited");
    expect(await codeOf(asked, from("2001:db8:0:2::1"), settings)).toBe(granted);
  });

  test("counts by key, without being told the key", async () => {
    const counting = limiter(1);
    const settings = { ...variables, RATE_LIMITER: counting };
    expect(await codeOf(asked, bearer(oldKey), settings)).toBe(granted);
    expect(await codeOf(asked, bearer(oldKey), settings)).toBe("rate_limited");
    expect(await codeOf(asked, bearer(newKey), settings)).toBe(granted);
    expect([...counting.counts.keys()].join()).not.toContain("letters");
    expect(await codeOf(asked, {}, settings)).toBe("unauthorized");
  });

  test("counts each picture of a batch", async () => {
    const body = JSON.stringify({ urls: ["http://a.example/", "http://b.example/"] });
    const init = { method: "POST", body, headers: { "Content-Type": "application/json" } };
    const settings = { RATE_LIMITER: limiter(1) };
    expect(await codeOf("https://captions.example/captions", init, settings)).toBe("rate_limited");
  });
});

test("the service does not ask itself", async () => {
  const headers = { ...bearer(newKey).headers, "Edge-Caption-Fetch": "1" };
  expect(await codeOf(asked, { headers })).toBe("own_request");
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
  ])("lets %s be fetched", async (url) => {
    vi.stubGlobal("fetch", () => Promise.reject(new Error("there is no network in this test")));
    expect(await caption(url)).toBe("unreachable");
  });
});
