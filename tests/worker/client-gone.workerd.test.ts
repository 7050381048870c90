import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// Here the request's own signal stands for the client; tests/end-to-end/client-gone.test.ts has real
// ones.

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Goes away after a moment, and says what was then written to nobody. */
async function leave(path: string, init: RequestInit = {}): Promise<unknown> {
  const signal = AbortSignal.timeout(50);
  const request = new Request(`https://captions.example${path}`, { ...init, signal });
  const bindings = env as unknown as Bindings;
  const response = await app.fetch(request, bindings, createExecutionContext());
  return ((await response.json()) as Record<string, unknown>).code;
}

test("a client that goes away ends the download that it asked for", async () => {
  let download: AbortSignal | undefined;
  vi.stubGlobal("fetch", (_: string, { signal }: { signal: AbortSignal }) => {
    download = signal;
    return new Promise(() => undefined);
  });
  expect(await leave("/caption?url=https://pictures.example/cat.jpg")).toBe("client_gone");
  await expect.poll(() => download?.aborted).toBe(true);
});

test("a client that goes away is not waited for while it uploads", async () => {
  const body = new ReadableStream({ pull: () => new Promise(() => undefined) });
  expect(await leave("/caption", { method: "POST", body })).toBe("client_gone");
});
