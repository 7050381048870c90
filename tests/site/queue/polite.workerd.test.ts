import { afterEach, expect, test, vi } from "vitest";
import type { SiteEnv } from "../../../site/env.ts";
import {
  addImages,
  bindings,
  deliver,
  quietBindings,
  rowOf,
  settingsWith,
} from "../../support/site/queue-world.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A captioner that records the time of each image's request, and can answer with a problem. */
function notingCaptioner(problem?: object) {
  const times: number[] = [];
  const binding = {
    async fetch(input: string | URL | Request, init?: RequestInit) {
      const request = new Request(input, init);
      if (request.method === "GET") return bindings.CAPTIONER.fetch(request);
      const { urls } = await request.clone().json<{ urls: string[] }>();
      times.push(...urls.map(() => Date.now()));
      if (!problem) return bindings.CAPTIONER.fetch(request);
      const lines = urls.map((url, index) => JSON.stringify({ index, url, status: 502, problem }));
      return new Response(lines.join("\n"));
    },
  };
  return { times, CAPTIONER: binding as unknown as SiteEnv["CAPTIONER"] };
}

test("three consumers at once fetch no faster from a host than one may", async () => {
  const interval = 200;
  const burst = 5;
  const settings = settingsWith({ HOST_INTERVAL_MS: interval });
  const { times, CAPTIONER } = notingCaptioner();
  const env = quietBindings({ CAPTIONER });
  const urls = Array.from({ length: 18 }, (_, index) => `https://slow.example/${index}.jpg`);
  const keys = await addImages(urls);
  await Promise.all([0, 6, 12].map((from) => deliver(keys.slice(from, from + 6), settings, env)));
  expect(times).toHaveLength(18);
  // Any span has at most one burst, and one fetch an interval. On a busy machine a fetch starts later than it
  // was granted, which shortens the gap to the next.
  const late = interval / 2;
  for (const [index, start] of times.entries()) {
    const end = times[index + burst];
    if (end !== undefined) expect(end - start).toBeGreaterThanOrEqual(interval - late);
  }
  const [first = 0] = times;
  expect((times.at(-1) ?? 0) - first).toBeGreaterThanOrEqual((18 - burst) * interval - late);
});

test("images whose turn comes late are put off, spread over the times that the host allows", async () => {
  const settings = settingsWith({ HOST_INTERVAL_MS: 60_000 });
  const urls = Array.from({ length: 4 }, (_, index) => `https://slower.example/${index}.jpg`);
  const keys = await addImages(urls);
  const result = await deliver(keys, settings);
  expect(result.explicitAcks).toHaveLength(4);
  const rows = await Promise.all(keys.map(rowOf));
  expect(rows.filter(({ state }) => state === "captioned")).toHaveLength(1);
  const waiting = rows.filter(({ state }) => state === "queued");
  const due = waiting.map(({ due_at: at }) => Number(at)).toSorted((one, other) => one - other);
  expect(due).toHaveLength(3);
  expect(due[1]).toBe((due[0] ?? 0) + 60_000);
  expect(waiting.every(({ attempts }) => attempts === 0)).toBe(true);
});

test("a host that sends Retry-After is left alone, by images that were not tried yet as well", async () => {
  const { CAPTIONER } = notingCaptioner({
    ...{ code: "upstream_status", detail: "busy", retryAfter: 3000 },
  });
  const before = Date.now();
  const [tried = ""] = await addImages(["https://busy.example/1.jpg"]);
  await deliver([tried], settingsWith(), quietBindings({ CAPTIONER }));
  expect(Number((await rowOf(tried)).due_at)).toBeGreaterThanOrEqual(before + 3_000_000);
  const [other = ""] = await addImages(["https://busy.example/2.jpg"]);
  await deliver([other], settingsWith());
  const row = await rowOf(other);
  expect(row).toMatchObject({ state: "queued", attempts: 0 });
  expect(Number(row.due_at)).toBeGreaterThanOrEqual(before + 3_000_000);
});

test("robots.txt of a host that is not the owner's is obeyed, and read once", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return new Response(
      "User-agent: *\nDisallow: /\n\nUser-agent: edgecaption\nDisallow: /private/",
    );
  });
  const [open = "", closed = ""] = await addImages([
    "https://other.test/cat.jpg",
    "https://other.test/private/cat.jpg",
  ]);
  await deliver([open, closed], settingsWith());
  const [later = ""] = await addImages(["https://other.test/private/dog.jpg"]);
  await deliver([later], settingsWith());
  expect(asked).toEqual(["https://other.test/robots.txt"]);
  expect(await rowOf(open)).toMatchObject({ state: "captioned" });
  expect(await rowOf(closed)).toMatchObject({ state: "failed", problem: "robots_disallowed" });
  expect(await rowOf(later)).toMatchObject({ state: "failed", problem: "robots_disallowed" });
});

test("a host without robots.txt allows all images; one whose robots.txt fails is tried again later", async () => {
  vi.stubGlobal("fetch", async (url: string) => {
    return new Response("", { status: url.includes("none.test") ? 404 : 503 });
  });
  const [none = "", down = ""] = await addImages([
    "https://none.test/cat.jpg",
    "https://down.test/cat.jpg",
  ]);
  const result = await deliver([none, down], settingsWith());
  expect(result.explicitAcks).toHaveLength(2);
  expect(await rowOf(none)).toMatchObject({ state: "captioned" });
  const row = await rowOf(down);
  expect(row).toMatchObject({ state: "queued", attempts: 0 });
  expect(Number(row.due_at)).toBeGreaterThan(Date.now() + 300_000);
});
