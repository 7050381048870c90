import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, inject, test, vi } from "vitest";
import { createClient } from "../../client/index.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000 });

const photo = Uint8Array.from(inject("images").find(({ name }) => name === "jpeg")?.file ?? []);

/** A client in a Worker, of the service in the same Worker. */
const client = createClient({
  baseUrl: "https://captions.example",
  async fetch(input, init) {
    const context = createExecutionContext();
    const bindings = env as unknown as Bindings;
    const response = await app.fetch(new Request(input, init), bindings, context);
    void waitOnExecutionContext(context);
    return response;
  },
});

test("the client works in a Worker", async () => {
  const { caption, attention } = await client.caption(photo, { attention: true });
  expect(caption).toMatch(/^[A-Z].*\.$/);
  expect(attention?.maps.length).toBeGreaterThan(0);
  expect((await client.model()).name).toBe("edge-caption");

  const seen: unknown[] = [];
  for await (const line of client.captions(["http://127.0.0.1/", "nonsense"])) {
    seen.push([line.index, "problem" in line ? line.problem.code : "captioned"]);
  }
  expect(seen.sort()).toEqual([
    [0, "private_address"],
    [1, "invalid_url"],
  ]);
});

test("a failure has its code in a Worker", async () => {
  await expect(client.caption("http://127.0.0.1/")).rejects.toMatchObject({
    name: "CaptionError",
    code: "private_address",
    status: 403,
  });
});
