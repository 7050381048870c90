import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { IMAGE_FORMATS } from "../../core/codecs/sniff.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

async function get(path: string): Promise<Response> {
  const request = new Request(`https://captions.example${path}`);
  return app.fetch(request, env as unknown as Bindings, createExecutionContext());
}

test("the page refers only to files that the service serves", async () => {
  const page = await (await get("/")).text();
  const references = [...page.matchAll(/(?:src|href|action|data-example)="([^"]+)"/g)].map(
    ([, reference = ""]) => reference,
  );
  expect(references.length).toBeGreaterThan(8);
  for (const reference of references.filter((path) => path !== "/caption")) {
    const response = await get(reference);
    expect(response.status, reference).toBe(200);
    expect((await response.arrayBuffer()).byteLength, reference).toBeGreaterThan(100);
  }
});

test("the file field accepts every supported format", async () => {
  const page = await (await get("/")).text();
  const [, accepted = ""] = /accept="([^"]+)"/.exec(page) ?? [];
  expect(accepted.split(",")).toEqual(IMAGE_FORMATS.map((format) => `image/${format}`));
});

test("the page has no inline code, and a policy that forbids it", async () => {
  const response = await get("/");
  const policy = response.headers.get("Content-Security-Policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain("unsafe");
  const page = await response.text();
  expect(page).not.toMatch(/<script>|<style|\sstyle=|\son[a-z]+=/);
});
