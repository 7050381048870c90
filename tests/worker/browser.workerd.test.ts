import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { type BrowserIndex, browserIndexSchema } from "../../core/api/browser-index.ts";
import { sha256 } from "../../worker/http/digest.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// All files together have 55 MB, which a busy machine reads slowly.
vi.setConfig({ testTimeout: 120_000 });

const bindings = env as unknown as Bindings;

async function get(
  path: string,
  variables: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const request = new Request(`https://captions.example${path}`, { headers });
  return app.fetch(request, { ...bindings, ...variables }, createExecutionContext());
}

async function readIndex(variables: Record<string, string> = {}): Promise<BrowserIndex> {
  return browserIndexSchema.parse(await (await get("/model/", variables)).json());
}

describe("the index", () => {
  test("lists every file with the size and the hash of what is served", async () => {
    const { files, modelFiles } = await readIndex();
    const all = [...files, ...modelFiles];
    expect(all.length).toBe(14);
    for (const { path, bytes, sha256: hash } of all) {
      const content = new Uint8Array(await (await get(`/model/${path}`)).arrayBuffer());
      expect([content.byteLength, await sha256(content)], path).toEqual([bytes, hash]);
    }
  });

  test("has the limits and the default of the service's settings", async () => {
    const { limits, neutral } = await readIndex({ MAX_BYTES: "1000", NEUTRAL: "true" });
    expect([limits.bytes, neutral]).toEqual([1000, "true"]);
  });

  test("is never taken from a cache without asking", async () => {
    expect((await get("/model/")).headers.get("Cache-Control")).toBe("no-cache");
  });
});

describe("a file", () => {
  test("may be kept for ever, and read by pages of every site", async () => {
    const { files } = await readIndex();
    for (const { path } of files) {
      const response = await get(
        `/model/${path}`,
        { CORS_ORIGINS: "https://other.example" },
        { Origin: "https://page.example" },
      );
      expect(response.headers.get("Cache-Control"), path).toContain("immutable");
      expect(response.headers.get("Access-Control-Allow-Origin"), path).toBe("*");
      await response.body?.cancel();
    }
  });

  test("has a policy that lets the thread, and no other, compile WebAssembly", async () => {
    const { files } = await readIndex();
    const policies = files.map(async ({ role, path }) => {
      const { headers, body } = await get(`/model/${path}`);
      await body?.cancel();
      return [role, headers.get("Content-Security-Policy")?.includes("wasm-unsafe-eval")];
    });
    const allowed = (await Promise.all(policies)).filter(([, allows]) => allows);
    expect(allowed).toEqual([["thread", true]]);
  });

  test("that the index does not name is a problem that pages of every site may read", async () => {
    for (const name of ["encoder.onnx", "encoder.0000000000000000.onnx", "..%2Fmanifest.json"]) {
      const headers = { Origin: "https://page.example" };
      const response = await get(`/model/${name}`, {}, headers);
      expect(response.headers.get("Access-Control-Allow-Origin"), name).toBe("*");
      expect([response.status, await response.json()], name).toMatchObject([
        404,
        { code: "not_found" },
      ]);
    }
  });
});

test("the script exports what the present version does", async () => {
  const { files } = await readIndex();
  const captioner = files.find(({ role }) => role === "captioner")?.path;
  expect(await (await get("/browser.js")).text()).toBe(`export * from "./model/${captioner}";\n`);
});

describe("the model can be downloaded", () => {
  const key = "0123456789abcdef0123456789abcdef";

  test.for<[variables: Record<string, string>, status: number]>([
    [{}, 200],
    [{ BROWSER: "false" }, 404],
    [{ API_KEYS: key }, 404],
    [{ URL_KEYS: key }, 404],
    [{ API_KEYS: key, BROWSER: "true" }, 200],
  ])("with %j: %i", async ([variables, status]) => {
    const { modelFiles } = await readIndex();
    const file = modelFiles.find(({ name }) => name === "vocabulary.json")?.path;
    for (const path of ["/model/", `/model/${file}`, "/browser.js"]) {
      const response = await get(path, variables);
      expect(response.status, path).toBe(status);
      await response.text();
    }
  });
});
