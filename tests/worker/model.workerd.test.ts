import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test, vi } from "vitest";
import type { Assets, Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// A busy machine may take a minute to load the model.
vi.setConfig({ testTimeout: 120_000 });

const photo = new Uint8Array(inject("images").find(({ name }) => name === "jpeg")?.file ?? []);
const assets = (env as unknown as Bindings).ASSETS;

async function ask(path: string, init: RequestInit, ASSETS: Assets): Promise<[Response, unknown]> {
  const context = createExecutionContext();
  const request = new Request(`https://captions.example${path}`, init);
  const response = await app.fetch(request, { ASSETS }, context);
  const body = await response.json();
  await waitOnExecutionContext(context);
  return [response, body];
}

const caption = { method: "POST", body: photo };

describe("the model", () => {
  test("that cannot be loaded is a 503 with the reason, and is tried again", async () => {
    const missing = { fetch: async () => new Response("gone", { status: 404 }) };
    const damaged = { fetch: async () => new Response("{}") };
    for (const [broken, reason] of [
      [missing, "manifest.json was answered with 404"],
      [damaged, "manifest.json is damaged"],
    ] as const) {
      const [response, body] = await ask("/caption", caption, broken);
      expect(response.status).toBe(503);
      expect(response.headers.get("Retry-After")).toBe("5");
      expect(body).toMatchObject({
        code: "model_unavailable",
        detail: expect.stringContaining(reason),
      });
    }
    const [response] = await ask("/caption", caption, assets);
    expect(response.status).toBe(200);
  });

  test("is read once in an isolate", async () => {
    let reads = 0;
    const counted = {
      fetch(url: string) {
        reads++;
        return assets.fetch(url);
      },
    };
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => ask("/caption", caption, counted)),
    );
    expect(answers.map(([{ status }]) => status)).toEqual([200, 200, 200]);
    expect(reads).toBe(0);
  });
});
