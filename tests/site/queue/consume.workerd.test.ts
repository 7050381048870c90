import { beforeEach, expect, test, vi } from "vitest";
import type { ImageMessage, SiteEnv } from "../../../site/env.ts";
import { consume, sweepDue } from "../../../site/queue/index.ts";
import { review } from "../../../site/store/index.ts";
import {
  addImages,
  bindings,
  deliver,
  publishedAlt,
  quietBindings,
  recordingQueue,
  rowOf,
  settingsWith,
} from "../../support/site/queue-world.ts";

const settings = settingsWith();
const HOUR = 3_600_000;

beforeEach(async () => {
  await bindings.DB.prepare("DELETE FROM images").run();
});

/** A captioner that runs a callback before it answers, and counts the images of its requests. */
function captioner(before: (urls: string[]) => Promise<Response | undefined>) {
  const asked: string[] = [];
  const binding = {
    async fetch(input: string | URL | Request, init?: RequestInit) {
      const request = new Request(input, init);
      if (request.method === "GET") return bindings.CAPTIONER.fetch(request);
      const { urls } = await request.clone().json<{ urls: string[] }>();
      asked.push(...urls);
      return (await before(urls)) ?? bindings.CAPTIONER.fetch(request);
    },
  };
  return { asked, CAPTIONER: binding as unknown as SiteEnv["CAPTIONER"] };
}

const countingCaptioner = () => captioner(async () => undefined);

test("images get the state, the text and the code that the captioner's answer calls for", async () => {
  const keys = await addImages([
    "https://a.example/cat.jpg",
    "https://a.example/low/dog.jpg",
    "https://a.example/problem/broken_image/x.jpg",
    "https://a.example/problem/unreachable/x.jpg",
  ]);
  const result = await deliver(keys, settings);
  expect(result.explicitAcks).toHaveLength(4);
  const rows = await Promise.all(keys.map(rowOf));
  expect(rows).toMatchObject([
    { state: "captioned", alt: "A photograph of cat.", confidence: 0.9, model: "test 1.0.0" },
    { state: "low_confidence", alt: null, caption: "A photograph of dog." },
    { state: "failed", alt: null, problem: "broken_image" },
    { state: "queued", alt: null, problem: "unreachable", attempts: 1 },
  ]);
  expect(await Promise.all(keys.map(publishedAlt))).toEqual([
    "A photograph of cat.",
    null,
    null,
    null,
  ]);
});

test("MIN_CONFIDENCE takes the place of the model's threshold", async () => {
  const [low = ""] = await addImages(["https://a.example/low/fox.jpg"]);
  await deliver([low], settingsWith({ MIN_CONFIDENCE: "0.1" }));
  expect(await publishedAlt(low)).toBe("A photograph of fox.");
});

test("each attempt waits longer, a day at most, and the last failure is final", async () => {
  const patient = settingsWith({ RETRY_SECONDS: 3600, MAX_ATTEMPTS: 5 });
  const [key = ""] = await addImages(["https://a.example/problem/timeout/x.jpg"]);
  const waits: number[] = [];
  for (let attempt = 1; attempt < 5; attempt++) {
    await deliver([key], patient);
    const { due_at: dueAt, updated_at: updatedAt } = await rowOf(key);
    waits.push((Number(dueAt) - Number(updatedAt)) / HOUR);
    await bindings.DB.prepare("UPDATE images SET due_at = 0 WHERE key = ?1").bind(key).run();
  }
  expect(waits).toEqual([1, 4, 16, 24]);
  await deliver([key], patient);
  expect(await rowOf(key)).toMatchObject({ state: "failed", problem: "timeout", attempts: 5 });
});

test("an image that is delivered several times at once is captioned once", async () => {
  const keys = await addImages(
    Array.from({ length: 20 }, (_, index) => `https://b.example/${index}.jpg`),
  );
  const { asked, CAPTIONER } = countingCaptioner();
  const env = quietBindings({ CAPTIONER });
  await Promise.all([1, 2, 3].map(() => deliver([...keys, ...keys], settings, env)));
  await deliver(keys, settings, env);
  expect(asked).toHaveLength(20);
  for (const key of keys) {
    expect(await rowOf(key)).toMatchObject({ state: "captioned", captions: 1 });
  }
});

test("what a person writes while the captioner works stays", async () => {
  const [key = ""] = await addImages(["https://a.example/owl.jpg"]);
  const { CAPTIONER } = captioner(async () => {
    await review(bindings.DB, key, 0, { action: "edit", alt: "An owl." }, Date.now());
    return undefined;
  });
  await deliver([key], settings, quietBindings({ CAPTIONER }));
  expect(await rowOf(key)).toMatchObject({ state: "edited", alt: "An owl.", captions: 0 });
  await sweepDue(quietBindings(), settings, Date.now());
  expect(await publishedAlt(key)).toBe("An owl.");
});

test("an answer that comes after the lease has run out does not count", async () => {
  const [key = ""] = await addImages(["https://a.example/elk.jpg"]);
  const { CAPTIONER } = captioner(async () => {
    await sweepDue(quietBindings(), settings, Date.now() + HOUR);
    await bindings.DB.prepare("UPDATE images SET due_at = 0 WHERE key = ?1").bind(key).run();
    await deliver([key], settings);
    return undefined;
  });
  await deliver([key], settings, quietBindings({ CAPTIONER }));
  expect(await rowOf(key)).toMatchObject({ state: "captioned", captions: 1 });
});

test("a captioner that stops costs an attempt, and each image is then tried alone", async () => {
  const keys = await addImages(["https://a.example/1.jpg", "https://a.example/2.jpg"]);
  const calls: number[] = [];
  const { CAPTIONER } = captioner(async (urls) => {
    calls.push(urls.length);
    if (calls.length === 1) throw new Error("The Worker exceeded its memory limit.");
    return undefined;
  });
  const env = quietBindings({ CAPTIONER });
  await deliver(keys, settings, env);
  expect(await rowOf(keys[0] ?? "")).toMatchObject({
    ...{ state: "queued", problem: "interrupted", attempts: 1 },
  });
  await bindings.DB.prepare("UPDATE images SET due_at = 0 WHERE problem = 'interrupted'").run();
  await deliver(keys, settings, env);
  expect(calls).toEqual([2, 1, 1]);
  expect(await rowOf(keys[0] ?? "")).toMatchObject({ state: "captioned", problem: null });
});

test("a captioner that refuses a call costs no attempt, and is left alone as long as it says", async () => {
  const keys = await addImages(["https://a.example/3.jpg", "https://a.example/4.jpg"]);
  const { CAPTIONER } = captioner(async () =>
    Response.json(
      { code: "rate_limited", detail: "Too many images were requested in a short time." },
      {
        status: 429,
        headers: { "Content-Type": "application/problem+json", "Retry-After": "40" },
      },
    ),
  );
  const before = Date.now();
  const result = await deliver(keys, settings, quietBindings({ CAPTIONER }));
  expect(result.explicitAcks).toHaveLength(2);
  const row = await rowOf(keys[0] ?? "");
  expect(row).toMatchObject({ state: "queued", attempts: 0, problem: null });
  expect(Number(row.due_at)).toBeGreaterThanOrEqual(before + 40_000);
});

test("messages come again where D1 fails, later each time", async () => {
  const DB = {
    prepare() {
      throw new Error("D1 is not available");
    },
  } as unknown as D1Database;
  const messages = [1, 2, 9].map((attempts) => {
    return { body: { key: `key ${attempts}` }, attempts, ack: vi.fn(), retry: vi.fn() };
  });
  const batch = { messages } as unknown as MessageBatch<ImageMessage>;
  await consume(batch, quietBindings({ DB }), settings);
  expect(messages.flatMap(({ ack }) => ack.mock.calls)).toEqual([]);
  const waits = messages.flatMap(({ retry }) => retry.mock.calls.flat());
  expect(waits.map(({ delaySeconds }) => delaySeconds)).toEqual([60, 240, 86_400]);
});

test("a text that KV does not take is published by the next sweep", async () => {
  const [key = ""] = await addImages(["https://a.example/hen.jpg"]);
  const PAGES = {
    async put() {
      throw new Error("KV is not available");
    },
  } as unknown as KVNamespace;
  await deliver([key], settings, quietBindings({ PAGES }));
  expect(await rowOf(key)).toMatchObject({ state: "captioned" });
  expect(await publishedAlt(key)).toBeNull();
  await sweepDue(quietBindings(), settings, Date.now());
  expect(await publishedAlt(key)).toBe("A photograph of hen.");
});

test("the queue is filled again when it is half empty", async () => {
  const keys = await addImages(
    Array.from({ length: 12 }, (_, index) => `https://c.example/${index}.jpg`),
  );
  const { sent, queue } = recordingQueue();
  const env = quietBindings({ IMAGES: queue });
  await deliver(keys.slice(0, 4), settingsWith({ MAX_IN_FLIGHT: 5 }), env);
  expect(sent).toHaveLength(5);
  const known = new Set(keys.slice(4));
  expect(sent.every(({ body }) => known.has(body.key))).toBe(true);
});
