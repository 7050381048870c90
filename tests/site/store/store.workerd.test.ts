import { beforeEach, describe, expect, test } from "vitest";
import type { SeenPage } from "../../../site/image.ts";
import { publishTexts, sweepDue } from "../../../site/queue/index.ts";
import {
  addSeen,
  countNewVisits,
  exportRows,
  forget,
  type ImageRow,
  listImages,
  ReviewRefused,
  recaption,
  retryFailed,
  review,
  statusCounts,
} from "../../../site/store/index.ts";
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

const { DB } = bindings;
const settings = settingsWith();

beforeEach(async () => {
  await DB.batch(
    ["images", "pages", "hosts", "counters"].map((table) => DB.prepare(`DELETE FROM ${table}`)),
  );
});

/** URLs of so many images of a host. */
function urlsOf(host: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `https://${host}/${index}.jpg`);
}

describe("images that a page shows", () => {
  const images = urlsOf("site.example", 150).map((url, index) => {
    return { key: `key-${index}`, url, place: "img" as const };
  });
  const page: SeenPage = { key: "page", url: "https://site.example/", images };

  test("are added once, however many there are, and are listed with their pages", async () => {
    expect(await addSeen(DB, page, images, "visit", 1)).toHaveLength(150);
    expect(await addSeen(DB, page, images, "visit", 2)).toEqual([]);
    const { images: listed, cursor } = await listImages(DB, { limit: 100 });
    const rest = await listImages(DB, { limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    expect(listed).toHaveLength(100);
    expect(rest.images).toHaveLength(50);
    expect(rest.cursor).toBeUndefined();
    expect(new Set([...listed, ...rest.images].map(({ key }) => key)).size).toBe(150);
    expect(listed[0]?.pages).toEqual([{ url: "https://site.example/", place: "img" }]);
  });

  test("are forgotten with the page, unless another page shows them", async () => {
    await addSeen(DB, page, images, "visit", 1);
    const [first] = images;
    const other = { key: "other", url: "https://site.example/b", images: first ? [first] : [] };
    await addSeen(DB, other, [], "visit", 1);
    const ofPage = await forget(DB, { page: "page" });
    expect(ofPage.images).toHaveLength(149);
    expect(ofPage).toMatchObject({ pages: ["page"], more: false });
    const left: ImageRow[] = [];
    for await (const row of exportRows(DB)) left.push(row);
    expect(left.map(({ key, pages }) => [key, pages.length])).toEqual([["key-0", 1]]);
    // The link to the image, and the page itself, whose record may name it.
    const ofHost = { images: ["key-0"], pages: ["other", "other"], more: false };
    expect(await forget(DB, { host: "site.example" })).toEqual(ofHost);
    expect((await statusCounts(DB, 1)).states.queued).toBe(0);
  });
});

test("an image on more pages than one call forgets goes last", async () => {
  const image = { key: "logo", url: "https://site.example/logo.png" };
  await addSeen(DB, undefined, [image], "list", 1);
  await DB.batch([
    DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
       INSERT INTO pages (key, url, seen_at) SELECT 'page-' || i, 'https://site.example/' || i, 1 FROM n`,
    ),
    DB.prepare("INSERT INTO page_images SELECT key, 'logo', 'img' FROM pages"),
  ]);
  const first = await forget(DB, { image: "logo" });
  expect(first).toMatchObject({ images: [], more: true });
  const second = await forget(DB, { image: "logo" });
  expect(second).toMatchObject({ images: ["logo"], more: false });
  expect(new Set([...first.pages, ...second.pages]).size).toBe(450);
});

test("visits queue as many new images as the hour and the day allow", async () => {
  const limits = settingsWith({ NEW_PER_HOUR: 10, NEW_PER_DAY: 15 });
  const noon = Date.parse("2026-11-28T12:00:00Z");
  const hour = 3_600_000;
  const granted: number[] = [];
  for (const [wanted, time] of [
    [7, noon],
    [7, noon + 1],
    [7, noon + hour],
    [7, noon + hour],
    [7, noon + 24 * hour],
  ] as const) {
    granted.push(await countNewVisits(DB, limits, wanted, time));
  }
  expect(granted).toEqual([7, 3, 5, 0, 7]);
});

describe("the sweep", () => {
  test("keeps MAX_IN_FLIGHT messages in the queue, divided among the hosts", async () => {
    await addImages([...urlsOf("big.example", 40), ...urlsOf("small.example", 3)]);
    const { sent, queue } = recordingQueue();
    const env = quietBindings({ IMAGES: queue });
    const few = settingsWith({ MAX_IN_FLIGHT: 10 });
    expect(await sweepDue(env, few, Date.now())).toBe(10);
    expect(await sweepDue(env, few, Date.now())).toBe(0);
    const hosts = await Promise.all(sent.map(async ({ body }) => (await rowOf(body.key)).host));
    expect(hosts.filter((host) => host === "small.example")).toHaveLength(3);
  });

  test("sends a message again that was lost, and at once where the queue is empty", async () => {
    const [key = ""] = await addImages(["https://a.example/1.jpg"]);
    const { sent, queue } = recordingQueue();
    const env = quietBindings({ IMAGES: queue });
    await sweepDue(env, settings, Date.now());
    await sweepDue(env, settings, Date.now());
    expect(sent).toHaveLength(1);
    await sweepDue(env, settings, Date.now() + 2 * settings.LEASE_SECONDS * 1000);
    expect(sent).toHaveLength(2);
    await sweepDue(env, settings, Date.now(), { queueIsEmpty: true });
    expect(sent.map(({ body }) => body.key)).toEqual([key, key, key]);
  });

  test("delays messages of images that are due soon, and leaves others for later", async () => {
    const now = Date.now();
    await addImages(["https://a.example/soon.jpg"], now + 30_000);
    await addImages(["https://a.example/late.jpg"], now + 3_600_000);
    const { sent, queue } = recordingQueue();
    await sweepDue(quietBindings({ IMAGES: queue }), settings, now);
    expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([30]);
  });

  test("leaves images in D1 that the queue refuses", async () => {
    const keys = await addImages(["https://a.example/1.jpg"]);
    const IMAGES = {
      async sendBatch() {
        throw new Error("Too many requests");
      },
    } as unknown as Queue;
    expect(await sweepDue(quietBindings({ IMAGES }), settings, Date.now())).toBe(0);
    expect(await rowOf(keys[0] ?? "")).toMatchObject({ state: "queued", in_flight: 0 });
  });
});

describe("a person's decision", () => {
  test("is refused, with the present image, if another person decided first", async () => {
    const [key = ""] = await addImages(["https://a.example/cat.jpg"]);
    await review(DB, key, 0, { action: "edit", alt: "My cat." }, 1);
    const late = review(DB, key, 0, { action: "edit", alt: "A cat." }, 2);
    await expect(late).rejects.toBeInstanceOf(ReviewRefused);
    await expect(late).rejects.toMatchObject({
      code: "edit_conflict",
      current: { alt: "My cat." },
    });
    expect((await rowOf(key)).alt).toBe("My cat.");
  });

  test("sets state and text, and can be undone", async () => {
    const [key = ""] = await addImages(["https://a.example/low/cat.jpg"]);
    const early = review(DB, key, 0, { action: "approve" }, 1);
    await expect(early).rejects.toMatchObject({ code: "invalid_parameter" });
    await deliver([key], settings);
    const caption = "A photograph of cat.";
    const outcomes = [];
    for (const [version, action] of (["approve", "decorative", "reset"] as const).entries()) {
      const { state, alt } = await review(DB, key, version, { action }, 1);
      outcomes.push([state, alt]);
      await publishTexts(bindings, [key]);
      expect(await publishedAlt(key)).toBe(alt);
    }
    expect(outcomes).toEqual([
      ["approved", caption],
      ["decorative", null],
      ["low_confidence", null],
    ]);
  });

  test("outlasts every model, while other captions are written anew", async () => {
    const [edited = "", approved = "", plain = ""] = await addImages(urlsOf("a.example", 3));
    await deliver([edited, approved, plain], settings);
    await review(DB, edited, 0, { action: "edit", alt: "Mine." }, 1);
    await review(DB, approved, 0, { action: "approve" }, 1);
    expect(await recaption(DB, "1.0.0", Date.now())).toBe(0);
    expect(await recaption(DB, "1.0.1", Date.now())).toBe(1);
    expect(await rowOf(plain)).toMatchObject({ state: "queued", alt: "A photograph of 2." });
    await deliver([edited, approved, plain], settings);
    expect((await rowOf(edited)).alt).toBe("Mine.");
    expect(await rowOf(approved)).toMatchObject({ state: "approved", captions: 1 });
    expect(await rowOf(plain)).toMatchObject({ state: "captioned", captions: 2 });
  });
});

test("failed images are tried again when the owner asks for it", async () => {
  const [key = ""] = await addImages(["https://a.example/problem/broken_image/1.jpg"]);
  await deliver([key], settings);
  expect((await statusCounts(DB, Date.now())).states.failed).toBe(1);
  expect(await retryFailed(DB, Date.now())).toBe(1);
  expect(await rowOf(key)).toMatchObject({ state: "queued", attempts: 0 });
});

test("lists are filtered by state, host and confidence", async () => {
  const keys = await addImages([
    "https://a.example/1.jpg",
    "https://a.example/low/2.jpg",
    "https://b.example/3.jpg",
  ]);
  await deliver(keys, settings);
  const keysOf = async (filter: object) => {
    const { images } = await listImages(DB, { limit: 10, ...filter });
    return images.map(({ key }) => keys.indexOf(key) + 1);
  };
  expect(await keysOf({})).toEqual([2, 1, 3]);
  expect(await keysOf({ state: "low_confidence" })).toEqual([2]);
  expect(await keysOf({ host: "b.example" })).toEqual([3]);
  expect(await keysOf({ above: 0.5, host: "a.example" })).toEqual([1]);
  expect(await keysOf({ below: 0.5 })).toEqual([2]);
});
