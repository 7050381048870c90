import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import { type HostileOrigin, startHostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { CaptionError, createClient } from "../../client/index.ts";
import { PACKAGE_VERSION } from "../../core/version.ts";
import { type Service, startService } from "../support/service.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const run = promisify(execFile);
const root = join(examplesFolder, "..");
const key = "a-key-of-twenty-letters";
const cat = "https://pictures.example/cat.jpg";

let origin: HostileOrigin;
let service: Service;
let photo: Buffer<ArrayBuffer>;

beforeAll(async () => {
  origin = await startHostileOrigin();
  service = await startService({
    internet: origin.port,
    variables: { API_KEYS: key, FETCH_MS: "3000" },
  });
  photo = await readFile(join(examplesFolder, "chelsea.jpg"));
});

afterAll(async () => {
  await service?.stop();
  await origin?.close();
});

const newClient = () => createClient({ baseUrl: service.url, key });

/** A client of a service that always answers so. */
function clientOf(body: string, init?: ResponseInit) {
  const fetch = async () => new Response(body, init);
  return createClient({ baseUrl: "https://captions.example", fetch });
}

async function errorOf(asked: Promise<unknown>): Promise<CaptionError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CaptionError);
  return error as CaptionError;
}

describe("a caption", () => {
  test("is the same for a URL and for bytes of every type", async () => {
    const client = newClient();
    const byUrl = await client.caption(cat);
    expect(byUrl).toMatchObject({
      caption: expect.stringMatching(/^[A-Z].*\.$/),
      image: { width: 451, height: 300, format: "jpeg" },
    });
    // A type of its own would make of it something else than bytes.
    const blob = new Blob([photo], { type: "application/json" });
    for (const image of [new URL(cat), photo, new Uint8Array(photo).buffer, blob]) {
      expect(await client.caption(image)).toEqual(byUrl);
    }
  });

  test("follows the options", async () => {
    const options = { alternatives: 2, beam: 3, max_length: 4, attention: true };
    const { alternatives, attention, tokens } = await newClient().caption(photo, options);
    expect(alternatives).toHaveLength(2);
    expect(tokens).toHaveLength(4);
    expect(attention?.maps.map((map) => map.length)).toEqual([49, 49, 49, 49]);
  });

  test("is cancelled by its signal", async () => {
    const signal = AbortSignal.timeout(20);
    const asked = newClient().caption("https://pictures.example/silent", { signal });
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("many captions", () => {
  test("come when they are done, failures included", async () => {
    const urls = ["https://pictures.example/drips", cat, "https://127.0.0.1/"];
    const seen: [index: number, outcome: unknown][] = [];
    for await (const line of newClient().captions(urls)) {
      seen.push([line.index, "answer" in line ? line.answer.image.width : line.problem.code]);
    }
    expect(seen.at(-1)).toEqual([0, "timeout"]);
    expect(seen.toSorted()).toEqual([
      [0, "timeout"],
      [1, 451],
      [2, "private_address"],
    ]);
  });

  test("are not waited for after the caller stops", async () => {
    const urls = [cat, "https://pictures.example/silent"];
    for await (const { index } of newClient().captions(urls)) {
      expect(index).toBe(0);
      break;
    }
  });

  test("that end early are an error", async () => {
    const client = clientOf('{"index":0,"url":"a","status":200,"answer":{}}\n');
    const lines = client.captions(["a", "b"]);
    expect(await lines.next()).toMatchObject({ value: { index: 0 } });
    const { code, message } = await errorOf(lines.next());
    expect([code, message]).toEqual(["unexpected_answer", expect.stringContaining("1 of 2")]);
  });
});

test("model() returns the manifest", async () => {
  const manifest = JSON.parse(await readFile(join(root, "model/manifest.json"), "utf8"));
  expect(await newClient().model()).toEqual(manifest);
});

test("health() returns the versions of the package and the model", async () => {
  const client = newClient();
  const { version: modelVersion } = await client.model();
  expect(await client.health()).toMatchObject({ version: PACKAGE_VERSION, modelVersion });
});

describe("a failure", () => {
  test("has the problem's code", async () => {
    const stranger = createClient({ baseUrl: service.url });
    expect(await errorOf(stranger.caption(photo))).toMatchObject({
      code: "unauthorized",
      status: 401,
      problem: { type: "/problems#unauthorized", requestId: expect.any(String) },
    });
    const batch = newClient().captions(Array.from({ length: 33 }, () => cat));
    expect(await errorOf(batch.next())).toMatchObject({ code: "too_many_urls", status: 400 });
    expect(await errorOf(newClient().caption(new Uint8Array(9)))).toMatchObject({
      code: "unsupported_format",
      message: expect.stringContaining("JPEG"),
    });
  });

  test("has the seconds of Retry-After", async () => {
    const headers = { "Content-Type": "application/problem+json", "Retry-After": "5" };
    const client = clientOf('{"code":"overloaded","detail":"Later."}', { status: 503, headers });
    const { code, retryAfter, message } = await errorOf(client.model());
    expect([code, retryAfter, message]).toEqual(["overloaded", 5, "Later."]);
  });

  test.each([
    ["an error page", "<h1>Bad gateway</h1>", { status: 502 }],
    ["a page instead of an answer", "<h1>Please sign in</h1>", { status: 200 }],
  ])("may be %s from another server", async (_, body, init) => {
    const error = await errorOf(clientOf(body, init).caption(cat));
    expect(error).toMatchObject({ code: "unexpected_answer", status: init.status });
  });
});

test("the base URL may have a path", async () => {
  const asked: string[] = [];
  const fetch = async (input: unknown) => {
    asked.push(String(input));
    return Response.json({});
  };
  for (const baseUrl of ["https://example.com/captions", "https://example.com/captions/"]) {
    await createClient({ baseUrl, fetch }).caption("https://example.com/a b.jpg", { beam: 2 });
  }
  const url = "https://example.com/captions/caption?beam=2&format=json";
  expect(asked).toEqual(Array(2).fill(`${url}&url=https%3A%2F%2Fexample.com%2Fa+b.jpg`));
});

test("the example in the documentation runs", async () => {
  const guide = await readFile(join(root, "docs/http.md"), "utf8");
  const [, example = ""] = /```ts\n(import .*?)```/s.exec(guide) ?? [];
  expect(example).toContain("createClient");
  const client = new URL("../../client/index.ts", import.meta.url).href;
  const file = join(temporaryFolder(), "example.mts");
  await writeFile(
    file,
    example
      .replace('"edge-caption/client"', JSON.stringify(client))
      .replace("https://captions.example", service.url),
  );
  const { stdout } = await run(process.execPath, [file], { env: { CAPTION_KEY: key } });
  const { caption } = await newClient().caption(cat, { beam: 3 });
  expect(stdout.split("\n").toSorted()).toEqual(
    ["", caption, `${cat}: ${caption}`, "https://pictures.example/404: upstream_status"].toSorted(),
  );
});
