import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import { browserIsMissing, browserTest, type Visit } from "../support/browser.ts";
import { type Service, startService } from "../support/service.ts";
import { madeImages } from "./made-images.ts";
import { type PageServer, servePage } from "./page-server.ts";

const minutes = 60_000;
// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 20 * minutes, hookTimeout: 10 * minutes });

let service: Service;
let site: PageServer;
const images = new Map<string, Uint8Array>();

beforeAll(async () => {
  if (browserIsMissing) return;
  const examples = (await readdir(examplesFolder)).filter((name) => name.endsWith(".jpg"));
  for (const name of examples) images.set(name, await readFile(join(examplesFolder, name)));
  for (const [name, bytes] of await madeImages()) images.set(name, bytes);
  images.set("notes.txt", Buffer.from("hello"));
  images.set("cut.jpg", (images.get("chelsea.jpg") ?? Buffer.from("")).subarray(0, 9000));
  service = await startService();
  site = await servePage(images);
});

afterAll(async () => {
  await service?.stop();
  site?.close();
});

const answers = new Map<string, Promise<CaptionAnswer>>();

/** Returns the service's answer, as the page should give it. */
function serviceAnswer(name: string, query = ""): Promise<CaptionAnswer> {
  const known = answers.get(name + query) ?? askService(name, query);
  answers.set(name + query, known);
  return known;
}

async function askService(name: string, query: string): Promise<CaptionAnswer> {
  const body = Buffer.from(images.get(name) ?? []);
  const response = await fetch(`${service.url}/caption${query}`, { method: "POST", body });
  return (await response.json()) as CaptionAnswer;
}

/** Tests in a page of another site than the service's. */
function siteTest(name: string, run: (visit: Visit) => Promise<void>): void {
  browserTest(name, () => site.url, run);
}

/** Creates the page's captioner, and keeps it as `captioner`, with its `progress`. */
async function createIn(page: Page): Promise<void> {
  // As text, since Vitest rewrites `import()` in code.
  await page.evaluate(`(async () => {
    const { createCaptioner } = await import("${service.url}/browser.js");
    globalThis.progress = [];
    const onProgress = (done) => progress.push(done);
    globalThis.captioner = await createCaptioner({ model: "${service.url}/model/", onProgress });
  })()`);
}

/** What a page has after {@link createIn}. */
declare const captioner: import("../../browser/index.ts").Captioner;
declare const progress: import("../../browser/index.ts").DownloadProgress[];

const photographs = () => [...images.keys()].filter((name) => !/notes|cut/.test(name));

describe("in a page of another site", () => {
  siteTest("a file and a URL have the service's whole answer", async ({ page }) => {
    await createIn(page);
    const names = photographs();
    expect(names).toHaveLength(55);
    for (const [index, name] of names.entries()) {
      const answer = await page.evaluate(
        async ({ name, asFile }) => {
          if (!asFile) return captioner.caption(name);
          return captioner.caption(await (await fetch(name)).blob());
        },
        { name, asFile: index % 2 === 0 },
      );
      expect(answer, name).toEqual(await serviceAnswer(name));
    }
  });

  siteTest("nearly all decoded images have the service's sentence", async ({ page }) => {
    await createIn(page);
    const same = { bitmap: 0, element: 0 };
    for (const name of photographs()) {
      const said = await page.evaluate(async (name) => {
        const image = new Image();
        image.src = name;
        const element = await captioner.caption(image);
        const bitmap = await createImageBitmap(await (await fetch(name)).blob());
        return { element, bitmap: await captioner.caption(bitmap) };
      }, name);
      const { caption, image } = await serviceAnswer(name);
      const { format: _, ...size } = image;
      expect([said.element.image, said.bitmap.image], name).toEqual([size, size]);
      if (said.element.caption === caption) same.element++;
      if (said.bitmap.caption === caption) same.bitmap++;
    }
    process.stdout.write(`Same sentences of ${photographs().length}: ${JSON.stringify(same)}\n`);
    expect(same.element).toBeGreaterThanOrEqual(48);
    expect(same.bitmap).toBeGreaterThanOrEqual(48);
  });

  siteTest("options mean what they mean to the service", async ({ page }) => {
    await createIn(page);
    const [all, withheld] = await page.evaluate(async () => [
      await captioner.caption("coffee.jpg", {
        alternatives: 3,
        attention: true,
        style: "flickr8k",
        max_characters: 40,
        neutral: true,
      }),
      await captioner.caption("rocket.jpg", { min_confidence: 0.999 }),
    ]);
    const query = "?alternatives=3&attention=true&style=flickr8k&max_characters=40&neutral=true";
    expect(all).toEqual(await serviceAnswer("coffee.jpg", query));
    expect(withheld).toEqual(await serviceAnswer("rocket.jpg", "?min_confidence=0.999"));
    expect(withheld?.caption).toBeNull();
  });

  siteTest("a failure has the service's code and a sentence", async ({ page, complaints }) => {
    await createIn(page);
    const failures = await page.evaluate(async () => {
      const wrong = { beam: 9 };
      const unknown = { beems: 2 } as object;
      const blank = await createImageBitmap(new ImageData(20, 20));
      const foreign = new Image();
      foreign.src = `${location.origin.replace("127.0.0.1", "localhost")}/coffee.jpg`;
      const missing = new Image();
      missing.src = "missing.jpg";
      const tries: (() => Promise<object>)[] = [
        () => captioner.caption("notes.txt"),
        () => captioner.caption("cut.jpg"),
        () => captioner.caption(new Blob([])),
        () => captioner.caption("coffee.jpg", wrong),
        () => captioner.caption("coffee.jpg", unknown),
        () => captioner.caption("coffee.jpg", { style: "no-such" }),
        () => captioner.caption(blank),
        () => captioner.caption("missing.jpg"),
        () => captioner.caption("http://127.0.0.1:9/a.jpg"),
        () => captioner.caption("http://"),
        () => captioner.caption(foreign),
        () => captioner.caption(missing),
      ];
      const codes: string[] = [];
      for (const attempt of tries) {
        const error = await attempt().catch((thrown) => thrown);
        codes.push(`${error.code} ${/^\S.*\.$|\?$/.test(error.message)} ${error.name}`);
      }
      return codes;
    });
    const service = ["notes.txt", "cut.jpg"].map(async (name) => {
      return (await serviceAnswer(name)) as unknown as { code: string };
    });
    const [notes, cut] = await Promise.all(service);
    expect(failures).toEqual(
      [
        notes?.code,
        cut?.code,
        "empty_image",
        "invalid_parameter",
        "invalid_parameter",
        "unknown_style",
        "blank_image",
        "upstream_status",
        "unreachable",
        "invalid_url",
        "unreadable_element",
        "broken_image",
      ].map((code) => `${code} true CaptionerError`),
    );
    complaints.length = 0;
  });
});

describe("the download", () => {
  siteTest("says its size first, then its progress, and is kept", async ({ page }) => {
    await createIn(page);
    const first = await page.evaluate(async () => {
      const said = captioner.downloadBytes;
      await captioner.load();
      captioner.close();
      return { said, progress };
    });
    expect(first.progress[0]).toEqual({ loadedBytes: 0, totalBytes: first.said });
    expect(first.progress.at(-1)).toEqual({ loadedBytes: first.said, totalBytes: first.said });
    expect(first.progress.length).toBeGreaterThan(20);
    expect(first.said).toBeGreaterThan(50_000_000);
    expect(first.said).toBeLessThan(60_000_000);
    await page.reload();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await createIn(page);
    const again = await page.evaluate(async () => [
      captioner.downloadBytes,
      (await captioner.caption("chelsea.jpg")).caption,
    ]);
    expect(again).toEqual([0, (await serviceAnswer("chelsea.jpg")).caption]);
    const files = asked.filter((path) => path.startsWith("/model/") && !path.includes("captioner"));
    expect(files).toEqual(["/model/"]);
  });

  siteTest("stops when aborted, and goes on later with what is there", async ({ page }) => {
    await createIn(page);
    const said = await page.evaluate(async () => {
      const first = new AbortController();
      const reason = new Error("enough");
      const loading = captioner.load({ signal: first.signal }).catch((error) => error);
      const waitFor = async (bytes: number) => {
        while ((progress.at(-1)?.loadedBytes ?? 0) < bytes)
          await new Promise((r) => setTimeout(r, 5));
      };
      await waitFor(1);
      first.abort(reason);
      const isReason = (await loading) === reason;
      await new Promise((resolve) => setTimeout(resolve, 300));
      const stoppedAt = progress.at(-1)?.loadedBytes ?? 0;
      const { caption } = await captioner.caption("chelsea.jpg");
      return { isReason, stoppedAt, total: progress[0]?.totalBytes ?? 0, caption };
    });
    expect(said.isReason).toBe(true);
    expect(said.stoppedAt).toBeLessThan(said.total);
    expect(said.caption).toBe((await serviceAnswer("chelsea.jpg")).caption);
  });

  siteTest("ends its thread when it is aborted while the model loads", async ({ page }) => {
    await createIn(page);
    const started = page.waitForEvent("worker", { timeout: 5 * minutes });
    const code = page.evaluate(() => {
      const abortion = new AbortController();
      Object.assign(globalThis, { abortion });
      return captioner.load({ signal: abortion.signal }).catch((error) => error.name);
    });
    await started;
    await page.evaluate("abortion.abort()");
    expect(await code).toBe("AbortError");
    await vi.waitFor(() => expect(page.workers()).toEqual([]));
  });

  siteTest("of a new version replaces the old one when it is complete", async (visit) => {
    const { page, complaints } = visit;
    await createIn(page);
    await page.evaluate(() => captioner.load().then(captioner.close));
    await page.route("**/model/", async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const next = text.replace(/vocabulary\.[0-9a-f]{16}/, "vocabulary.0000000000000000");
      await route.fulfill({ response, body: next });
    });
    await createIn(page);
    const error = await page.evaluate(() => captioner.load().catch(({ message }) => message));
    expect(error).toMatch(/status 404: reload the page\.$/);
    await page.unroute("**/model/");
    await page.route("**/model/", (route) => route.abort());
    await createIn(page);
    const said = await page.evaluate(async () => (await captioner.caption("chelsea.jpg")).caption);
    expect(said).toBe((await serviceAnswer("chelsea.jpg")).caption);
    complaints.length = 0;
  });

  siteTest("of a damaged file is refused", async ({ page, complaints }) => {
    await page.route("**/model/vocabulary.*", async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      await route.fulfill({ response, body: text.replace("dog", "cat") });
    });
    await createIn(page);
    const error = await page.evaluate(() =>
      captioner.load().catch(({ code, message }) => ({ code, message })),
    );
    expect(error).toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("is damaged"),
    });
    complaints.length = 0;
  });
});

describe("a captioner", () => {
  siteTest(
    "stops waiting for a caption that is aborted, and captions the next",
    async ({ page }) => {
      await createIn(page);
      const said = await page.evaluate(async () => {
        await captioner.load();
        const abortion = new AbortController();
        const all = ["coffee.jpg", "rocket.jpg", "chelsea.jpg"].map((name, index) =>
          captioner.caption(name, index === 1 ? { signal: abortion.signal } : {}).then(
            ({ caption }) => caption,
            (error) => error.name,
          ),
        );
        setTimeout(() => abortion.abort());
        return Promise.all(all);
      });
      const [coffee, cat] = [await serviceAnswer("coffee.jpg"), await serviceAnswer("chelsea.jpg")];
      expect(said).toEqual([coffee.caption, "AbortError", cat.caption]);
    },
  );

  siteTest("fails what it is asked for after it is closed", async ({ page }) => {
    await createIn(page);
    const said = await page.evaluate(async () => {
      await captioner.load();
      const before = captioner.caption("coffee.jpg").catch((error) => error.code);
      captioner.close();
      return [await before, await captioner.caption("coffee.jpg").catch((error) => error.code)];
    });
    expect(said).toEqual(["closed", "closed"]);
  });
});

browserTest(
  "in a page of the service, the thread can compile and cannot send",
  () => service.url,
  async ({ page, complaints }) => {
    const thread = page.waitForEvent("worker");
    await createIn(page);
    const caption = page.evaluate(
      async () => (await captioner.caption("/examples/coffee.jpg")).caption,
    );
    const tried = await (await thread).evaluate(() =>
      fetch("/health").then(
        () => "sent",
        (error) => error.name,
      ),
    );
    expect(tried).toBe("TypeError");
    expect(await caption).toBe((await serviceAnswer("coffee.jpg")).caption);
    const evaluated = await page.evaluate(() =>
      WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(
        () => "compiled",
        (error) => error.name,
      ),
    );
    expect(evaluated).toBe("CompileError");
    const policies = complaints
      .splice(0)
      .filter((text) => !/Content[ -]Security[ -]Policy/.test(text));
    expect(policies).toEqual([]);
  },
);
