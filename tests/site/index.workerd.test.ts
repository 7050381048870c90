import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { SiteEnv } from "../../site/env.ts";
import site from "../../site/index.ts";

const bindings = env as unknown as SiteEnv;

afterEach(() => {
  vi.unstubAllGlobals();
});

test("with ORIGIN, a page comes from there, with its path and query", async () => {
  const origin = vi.fn(async (request: Request) => new Response(request.url));
  vi.stubGlobal("fetch", origin);
  const request = new Request("https://site.example/a/b?c=d");
  const settings = { ...bindings, ORIGIN: "https://origin.example" };
  const response = await site.fetch(request, settings, createExecutionContext());
  expect(await response.text()).toBe("https://origin.example/a/b?c=d");
});
