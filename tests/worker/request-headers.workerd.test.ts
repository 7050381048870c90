import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Returns the headers of every request that the service sends for an image. */
async function headersSent(
  imageUrl: string,
  variables: object,
  answer = () => new Response("", { status: 404 }),
): Promise<Headers[]> {
  const sent: Headers[] = [];
  vi.stubGlobal("fetch", async (_: string, { headers }: RequestInit) => {
    sent.push(new Headers(headers));
    return answer();
  });
  const url = `https://captions.example/caption?url=${encodeURIComponent(imageUrl)}`;
  const bindings = { ...(env as unknown as Bindings), CACHE_SECONDS: "0", ...variables };
  await app.fetch(new Request(url), bindings, createExecutionContext());
  return sent;
}

test("the service names itself, its version and its URL, and no referrer", async () => {
  const [headers] = await headersSent("https://images.example/1", {});
  expect(headers?.get("User-Agent")).toBe(
    `EdgeCaption/${packageJson.version} (+https://captions.example)`,
  );
  expect(headers?.has("Referer")).toBe(false);
});

test("USER_AGENT and REFERER set both", async () => {
  const variables = { USER_AGENT: "Photos (me@example.com)", REFERER: "https://example.com/" };
  const [headers] = await headersSent("https://images.example/2", variables);
  expect(headers?.get("User-Agent")).toBe("Photos (me@example.com)");
  expect(headers?.get("Referer")).toBe("https://example.com/");
});

test("HOST_HEADERS are sent to their host only, by https only, and not along a redirect", async () => {
  const HOST_HEADERS = '{"images.example": {"Authorization": "Bearer secret"}}';
  const authorization = async (url: string, answer?: () => Response) =>
    (await headersSent(url, { HOST_HEADERS }, answer)).map((sent) => sent.get("Authorization"));
  expect(await authorization("https://images.example/3")).toEqual(["Bearer secret"]);
  expect(await authorization("http://images.example/3")).toEqual([null]);
  expect(await authorization("https://other.example/3")).toEqual([null]);
  const elsewhere = () =>
    new Response(null, { status: 302, headers: { Location: "https://other.example/4" } });
  const redirected = await authorization("https://images.example/4", elsewhere);
  expect(redirected[0]).toBe("Bearer secret");
  expect(redirected.slice(1)).toEqual([null]);
});
