import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, inject, test, vi } from "vitest";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// A busy machine may take a minute to load the model.
vi.setConfig({ testTimeout: 60_000 });

const photo = new Uint8Array(inject("images").find(({ name }) => name === "jpeg")?.file ?? []);
const assets = (env as unknown as Bindings).ASSETS;

test("the model is loaded while the first image is downloaded", async () => {
  const asked = Promise.withResolvers<void>();
  const watched = {
    fetch(url: string) {
      // What the bundle says of itself is read before, to look for a kept answer.
      if (!url.endsWith("/manifest.json")) asked.resolve();
      return assets.fetch(url);
    },
  };
  vi.stubGlobal("fetch", async () => {
    await asked.promise;
    return new Response(photo, { headers: { "Content-Type": "image/jpeg" } });
  });
  const context = createExecutionContext();
  const request = new Request("https://captions.example/caption?url=https://photos.example/1.jpg");
  const response = await app.fetch(request, { ASSETS: watched }, context);
  expect(response.status).toBe(200);
  await waitOnExecutionContext(context);
});
