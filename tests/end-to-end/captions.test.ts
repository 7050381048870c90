import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import type { HostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { parseManifest } from "../../core/bundle/manifest.ts";
import { logLineOf } from "../support/log-line.ts";
import { ask, type Service } from "../support/service.ts";
import { startWorld } from "../support/world.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let origin: HostileOrigin;
let service: Service;
let right: unknown;

const site = "http://pictures.example";

beforeAll(async () => {
  const variables = { FETCH_MS: "8000" };
  const world = await startWorld({ variables });
  ({ origin, service } = world);
  const body = new Uint8Array(await readFile(join(examplesFolder, "chelsea.jpg")));
  right = (await ask(service, "/caption", { method: "POST", body })).body;
  return world.stop;
});

interface Line {
  readonly index: number;
  readonly url: string;
  readonly status: number;
  readonly answer?: unknown;
  readonly problem?: { readonly code: string };
}

function post(body: unknown, query = ""): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return fetch(`${service.url}/captions${query}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
}

async function linesOf(response: Response): Promise<Line[]> {
  const text = await response.text();
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

async function filesOfBundle(): Promise<number> {
  return parseManifest(JSON.parse(await readFile("model/manifest.json", "utf8"))).files.length + 1;
}

const codeOf = ({ status, problem }: Line) => [status, problem?.code ?? "captioned"];

describe("a batch", () => {
  test("has a line for each image, and one failure does not affect the others", async () => {
    const paths = ["/cat.jpg", "/404", "/truncated", "/closes", "/hops?n=3", "/bomb", "/cat.jpg"];
    const urls = [...paths.map((path) => site + path), "http://127.0.0.1/", "nonsense"];
    const response = await post({ urls });
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("application/x-ndjson");

    const lines = (await linesOf(response)).sort((a, b) => a.index - b.index);
    expect(lines.map(({ index, url }) => [index, url])).toEqual([...urls.entries()]);
    expect(lines.map(codeOf)).toEqual([
      [200, "captioned"],
      [502, "upstream_status"],
      [422, "broken_image"],
      [502, "unreachable"],
      [200, "captioned"],
      [413, "too_many_bytes"],
      [200, "captioned"],
      [403, "private_address"],
      [400, "invalid_url"],
    ]);
    for (const { answer } of lines) if (answer) expect(answer).toEqual(right);
  });

  test("sends each line when its image is done", async () => {
    const response = await post({ urls: [`${site}/drips`, `${site}/cat.jpg`] });
    const order = (await linesOf(response)).map(({ index, status }) => [index, status]);
    expect(order).toEqual([
      [1, 200],
      [0, 504],
    ]);
  });

  test("applies the options to all captions", async () => {
    const response = await post({ urls: [`${site}/cat.jpg`] }, "?alternatives=2&max_length=3");
    const [line] = await linesOf(response);
    expect(line).toMatchObject({ answer: { alternatives: [{}, {}] } });
  });

  test("of the largest size stays within the platform's outgoing requests", async () => {
    const before = origin.requests.length;
    const urls = Array.from({ length: 32 }, (_, index) => `${site}/hops?n=1&image=${index}`);
    const lines = await linesOf(await post({ urls }));
    expect(lines).toHaveLength(32);
    // Fifty requests, less those for the bundle's files: one an image, and redirects.
    const available = 50 - (await filesOfBundle());
    expect(origin.requests.length - before).toBe(available);
    const codes = lines.map(codeOf);
    expect(codes.filter(([status]) => status === 200)).toHaveLength(available - 32);
    const others = codes.filter(([, code]) => code === "too_many_subrequests");
    expect(others).toHaveLength(32 - (available - 32));
  });

  test("is one line of the log, written at its end", async () => {
    const response = await post({ urls: [`${site}/cat.jpg?logged`, `${site}/404?logged`] });
    await response.text();
    expect(await logLineOf(service, response)).toMatchObject({
      status: 200,
      images: [
        { imageHost: "pictures.example", imageFormat: "jpeg" },
        { imageHost: "pictures.example", code: "upstream_status" },
      ],
    });
  });
});

describe("a problem of the whole batch is the answer's status", () => {
  const url = `${site}/cat.jpg`;

  test.each([
    [{}, "", "invalid_json"],
    [{ urls: [] }, "", "invalid_json"],
    [{ urls: [1] }, "", "invalid_json"],
    [{ urls: url }, "", "invalid_json"],
    [{ urls: [url], beam: 2 }, "", "invalid_json"],
    [{ urls: Array.from({ length: 33 }, () => url) }, "", "too_many_urls"],
    [{ urls: [url] }, "?beam=9", "invalid_parameter"],
    [{ urls: [url] }, "?format=text", "invalid_parameter"],
  ])("%j %s", async (body, query, code) => {
    const response = await post(body, query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });

  test("GET", async () => {
    const { status, headers } = await ask(service, "/captions");
    expect([status, headers.get("Allow")]).toEqual([405, "POST"]);
  });
});
