import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import { type Manifest, parseManifest } from "../../core/bundle/manifest.ts";
import { type Answer, ask, type Service, startService } from "../support/service.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let service: Service;
let photo: Uint8Array<ArrayBuffer>;
let manifest: Manifest;

beforeAll(async () => {
  service = await startService({ variables: { CORS_ORIGINS: "https://blog.example" } });
  photo = new Uint8Array(await readFile(join(examplesFolder, "chelsea.jpg")));
  manifest = parseManifest(JSON.parse(await readFile("model/manifest.json", "utf8")));
});

afterAll(() => service?.stop());

interface Captioned {
  readonly caption: string;
  readonly tokens: readonly string[];
  readonly tokenLogProbabilities: readonly number[];
  readonly logProbability: number;
}

function upload(query: string, init: RequestInit = {}): Promise<Answer> {
  return ask(service, `/caption?${query}`, { method: "POST", body: photo, ...init });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe("the options of a caption:", () => {
  test("beam and alternatives, the best first", async () => {
    const { body } = await upload("beam=4&alternatives=3");
    const alternatives = body.alternatives as Captioned[];
    expect(alternatives).toHaveLength(3);
    expect(body).toMatchObject(alternatives[0] ?? {});
    expect(new Set(alternatives.map(({ tokens }) => tokens.join(" "))).size).toBe(3);
    for (const { tokens, tokenLogProbabilities, logProbability } of alternatives) {
      expect(sum(tokenLogProbabilities)).toBeCloseTo(logProbability, 5);
      expect(tokenLogProbabilities.length - tokens.length).toBeOneOf([0, 1]);
    }
    const scores = alternatives.map((one) => one.logProbability / one.tokenLogProbabilities.length);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test("alternatives alone, which widen the beam", async () => {
    const [narrow, wide] = [await upload("alternatives=3"), await upload("beam=3&alternatives=3")];
    expect(narrow.body).toEqual(wide.body);
    expect((await upload("")).body).not.toHaveProperty("alternatives");
  });

  test("max_length", async () => {
    for (const most of [1, 2]) {
      const { body } = await upload(`max_length=${most}`);
      expect((body as unknown as Captioned).tokens.length).toBeLessThanOrEqual(most);
    }
  });

  test("attention, if the model has it", async () => {
    const { status, body } = await upload("attention=true");
    const { regions } = manifest.network;
    if (!regions) {
      expect([status, body.code]).toEqual([400, "attention_unavailable"]);
      return;
    }
    const attention = body.attention as { maps: number[][] };
    expect(attention).toMatchObject(regions);
    expect(attention.maps).toHaveLength((body.tokens as string[]).length);
    for (const map of attention.maps) {
      expect(map).toHaveLength(regions.rows * regions.columns);
      expect(Math.abs(sum(map) - 1)).toBeLessThan(0.01);
    }
    expect((await upload("attention=false")).body).not.toHaveProperty("attention");
  });

  test.each([
    ["format=text", "*/*"],
    ["", "text/plain"],
    ["", "text/plain, application/json;q=0.5"],
    ["format=text", "application/json"],
  ])("as text by ?%s and Accept: %s", async (query, accept) => {
    const { body } = await upload("");
    const url = `${service.url}/caption?${query}`;
    const response = await fetch(url, { method: "POST", body: photo, headers: { Accept: accept } });
    expect(await response.text()).toBe(`${body.caption}\n`);
    expect(response.headers.get("Content-Type")).toMatch(/^text\/plain/);
    expect(response.headers.get("Vary")).toContain("Accept");
  });

  test.each(["*/*", "application/json", "text/html, */*;q=0.1", "image/png"])(
    "as JSON by Accept: %s",
    async (accept) => {
      const { headers } = await upload("", { headers: { Accept: accept } });
      expect(headers.get("Content-Type")).toMatch(/^application\/json/);
    },
  );
});

describe("an invalid query is refused", () => {
  test.each([
    "beam=0",
    "beam=6",
    "beam=",
    "beam=two",
    "beam=1.5",
    "beam=1&beam=2",
    "beam=2&alternatives=3",
    "alternatives=0",
    "max_length=0",
    "max_length=51",
    "attention=yes",
    "format=xml",
    "beams=3",
    "url=https://example.com/",
    "__proto__=1",
  ])("?%s", async (query) => {
    const { status, body } = await upload(query);
    expect([status, body.code]).toEqual([400, "invalid_parameter"]);
  });
});

describe("an uploaded image may come", () => {
  const formOf = (...files: Uint8Array<ArrayBuffer>[]) => {
    const form = new FormData();
    form.set("comment", "a cat");
    for (const [index, file] of files.entries()) {
      form.set(`file${index}`, new Blob([file], { type: "text/plain" }), "cat.txt");
    }
    return form;
  };

  const json = (body: string) => ({ body, headers: { "Content-Type": "application/json" } });

  test("in a form, with any name and type", async () => {
    expect((await upload("", { body: formOf(photo) })).body).toEqual((await upload("")).body);
  });

  test("but not in a form without or with two files, nor in a broken form", async () => {
    const broken = { body: "x", headers: { "Content-Type": "multipart/form-data; boundary=y" } };
    for (const init of [{ body: formOf() }, { body: formOf(photo, photo) }, broken]) {
      const { status, body } = await upload("", init);
      expect([status, body.code]).toEqual([400, "invalid_form"]);
    }
  });

  test("as a URL in JSON, which is checked as well", async () => {
    const { body } = await upload("", json('{"url":"http://127.0.0.1/cat.jpg"}'));
    expect(body).toMatchObject({ code: "private_address", status: 403 });
  });

  test.each(["", "{", "[]", "null", '{"url":1}', '{"uri":"x"}', '{"url":"x","beam":2}'])(
    "but not as the JSON %s",
    async (text) => {
      const { status, body } = await upload("", json(text));
      expect([status, body.code]).toEqual([400, "invalid_json"]);
    },
  );
});

describe("methods and origins", () => {
  test("OPTIONS lists the methods of a path", async () => {
    for (const [path, allow] of [
      ["/caption", "GET, HEAD, POST"],
      ["/model", "GET, HEAD"],
    ]) {
      const response = await fetch(service.url + path, { method: "OPTIONS" });
      expect([response.status, response.headers.get("Allow")]).toEqual([204, allow]);
    }
    expect((await ask(service, "/nope", { method: "OPTIONS" })).status).toBe(404);
  });

  test("HEAD answers as GET, without the body", async () => {
    const response = await fetch(`${service.url}/model`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  test("pages of allowed sites may read answers and errors, others may not", async () => {
    const allowed = async (origin: string, path: string, method = "GET") => {
      const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
      const response = await fetch(service.url + path, { method, headers });
      return response.headers.get("Access-Control-Allow-Origin");
    };
    for (const path of ["/model", "/caption", "/nope"]) {
      expect(await allowed("https://blog.example", path)).toBe("https://blog.example");
      expect(await allowed("https://evil.example", path)).toBeNull();
    }
    expect(await allowed("https://blog.example", "/caption", "OPTIONS")).toBe(
      "https://blog.example",
    );
    expect(await allowed("https://evil.example", "/caption", "OPTIONS")).toBeNull();
  });
});

test("caches are told that answers vary by Origin", async () => {
  for (const headers of [{}, { Origin: "https://blog.example" }]) {
    const response = await fetch(`${service.url}/model`, { headers });
    expect(response.headers.get("Vary")).toContain("Origin");
  }
});

test("/model returns the manifest", async () => {
  expect((await ask(service, "/model")).body).toEqual(manifest);
});
