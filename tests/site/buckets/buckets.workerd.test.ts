import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { CaptionError, createSiteClient, type SiteImage } from "../../../client/index.ts";
import type { ImageMessage, SiteEnv } from "../../../site/env.ts";
import site from "../../../site/index.ts";
import {
  bindings,
  deliver,
  publishedAlt,
  quietBindings,
  rowOf,
  settingsWith,
} from "../../support/site/queue-world.ts";
import { servePage, visit } from "../../support/site/visitor.ts";

const SITE = "https://site.example";
const key = "a-key-of-twenty-letters";
const variables = { PUBLIC_URLS: "old-photos=https://images.example/old/" };
const settings = settingsWith(variables);

const photos = bindings.BUCKET_PHOTOS as R2Bucket;
const oldPhotos = bindings.BUCKET_OLD_PHOTOS as R2Bucket;

/** The Worker's bindings, with a queue that delivers nothing, so that each test decides when. */
const quiet = quietBindings({ ...variables, REVIEW_KEYS: key } as Partial<SiteEnv>);

const send = (url: string, init?: RequestInit) =>
  site.fetch(new Request(url, init), quiet, createExecutionContext());

const client = createSiteClient({
  siteUrl: SITE,
  key,
  fetch: (url, init) => send(String(url), init as RequestInit),
});

/** Puts an object. In place of an image's bytes, the captioner of the tests takes a path. */
const put = (bucket: R2Bucket, name: string, path: string, contentType = "image/jpeg") =>
  bucket.put(name, path, { httpMetadata: { contentType } });

async function images(): Promise<SiteImage[]> {
  return (await client.images({ limit: 100 })).images;
}

/** Queues the images of a bucket, and has what is due captioned. */
async function caption(bucket: string, worker = quiet): Promise<SiteImage[]> {
  await client.lookAtBucket(bucket);
  const keys = (await images()).map((image) => image.key);
  await deliver(keys, settings, worker);
  return images();
}

/** Delivers event notifications in the form that Cloudflare documents. */
async function notify(...events: readonly unknown[]) {
  const messages = events.map((body, index) => {
    return { id: String(index), timestamp: new Date(), attempts: 1, body: body as ImageMessage };
  });
  const batch = createMessageBatch<ImageMessage>("edge-caption-bucket-events", messages);
  await site.queue(batch, quiet);
  return getQueueResult(batch, createExecutionContext());
}

const event = (action: string, name: string, bucket = "photos") => ({
  account: "3f4b7e3dcab231cbfdaa90a6a28bd548",
  action,
  bucket,
  object: action.startsWith("Delete")
    ? { key: name }
    : { key: name, size: 65_536, eTag: "c846ff7a18f28c2e262116d6e8719ef0" },
  eventTime: "2026-11-24T19:36:44.379Z",
});

async function empty(bucket: R2Bucket): Promise<void> {
  const { objects } = await bucket.list();
  await bucket.delete(objects.map((object) => object.key));
}

beforeEach(async () => {
  await bindings.DB.prepare("DELETE FROM images").run();
  await Promise.all([photos, oldPhotos].map(empty));
});

describe("the images of a bucket", () => {
  test("are counted by a dry run, which queues nothing", async () => {
    await put(photos, "2026/dog.jpg", "dog");
    await put(photos, "2026/untyped.webp", "cat", "application/octet-stream");
    await put(photos, "2026/notes.txt", "notes", "text/plain");
    await put(photos, "2025/elk.jpg", "elk");
    const found = await client.lookAtBucket("photos", { prefix: "2026/", dryRun: true });
    expect(found).toEqual({ objects: 3, images: 2, added: 2 });
    expect(await images()).toEqual([]);
  });

  test("are captioned from their bytes, once", async () => {
    await put(photos, "dog.jpg", "dog");
    await put(photos, "my fox.jpg", "low/fox");
    expect(await caption("photos")).toMatchObject([
      { url: "r2://photos/my%20fox.jpg", state: "low_confidence", source: "bucket" },
      { url: "r2://photos/dog.jpg", state: "captioned", alt: "A photograph of dog." },
    ]);
    expect(await client.lookAtBucket("photos")).toEqual({ objects: 2, images: 2, added: 0 });
  });

  test("are listed in parts", async () => {
    // With the objects' types, local R2 lists 100 at once.
    const names = Array.from({ length: 101 }, (_, index) => `many/${index}.jpg`);
    await Promise.all(names.map((name) => put(photos, name, "same")));
    const first = await client.lookAtBucket("photos");
    const second = await client.lookAtBucket("photos", { cursor: first.cursor ?? "" });
    expect([first.added, second.added, second.cursor]).toEqual([100, 1, undefined]);
  });

  test("are captioned again when they are replaced, unless a person decided", async () => {
    await put(photos, "a.jpg", "one");
    await put(photos, "b.jpg", "one");
    const [decided, other] = await caption("photos");
    const edit = { version: 0, action: "edit", alt: "Mine." } as const;
    await client.review(decided?.key ?? "", edit);
    await put(photos, "a.jpg", "two");
    await put(photos, "b.jpg", "two");
    expect(await client.lookAtBucket("photos", { dryRun: true })).toMatchObject({ added: 1 });
    await caption("photos");
    expect(await publishedAlt(decided?.key ?? "")).toBe("Mine.");
    expect(await publishedAlt(other?.key ?? "")).toBe("A photograph of two.");
  });

  test("fail with a code: what is no image, and what is gone", async () => {
    await put(photos, "broken.jpg", "problem/broken_image");
    await put(photos, "gone.jpg", "gone");
    await client.lookAtBucket("photos");
    await photos.delete("gone.jpg");
    const failed = await caption("photos");
    expect(failed.map(({ url, state, problem }) => [url, state, problem])).toEqual(
      expect.arrayContaining([
        ["r2://photos/broken.jpg", "failed", "broken_image"],
        ["r2://photos/gone.jpg", "failed", "object_missing"],
      ]),
    );
    await put(photos, "gone.jpg", "back");
    expect(await client.retryFailed()).toBe(2);
    expect(await caption("photos")).toEqual(
      expect.arrayContaining([expect.objectContaining({ alt: "A photograph of back." })]),
    );
  });

  test("wait while R2 fails or the captioner refuses", async () => {
    await put(photos, "dog.jpg", "dog");
    const broken = { get: () => Promise.reject(new Error("R2 is not available")) };
    const worker = { ...quiet, BUCKET_PHOTOS: broken as unknown as R2Bucket };
    const [unread] = await caption("photos", worker);
    expect(unread).toMatchObject({ state: "queued", problem: "bucket_unreadable", attempts: 1 });
    await put(photos, "dog.jpg", "problem/overloaded");
    const [refused] = await caption("photos");
    expect(refused).toMatchObject({ state: "queued", problem: null, attempts: 0 });
  });

  test("fail in a bucket that is not bound, which cannot be listed either", async () => {
    await put(photos, "dog.jpg", "dog");
    const [image] = await caption("photos", { ...quiet, BUCKET_PHOTOS: undefined });
    expect(image).toMatchObject({ state: "failed", problem: "bucket_not_bound" });
    for (const name of ["others", "Photos", "old_photos", ""]) {
      const asked = await client.lookAtBucket(name).catch((error: unknown) => error);
      expect(asked, name).toBeInstanceOf(CaptionError);
      expect(asked, name).toMatchObject({ code: "not_found" });
      expect(String(asked), name).toContain("old-photos, photos");
    }
  });

  test("are forgotten by their URL, or all at once", async () => {
    for (const name of ["a b.jpg", "c.jpg", "d.jpg"]) await put(photos, name, "one");
    await caption("photos");
    expect(await client.forget({ url: "r2://photos/a%20b.jpg" })).toMatchObject({ images: 1 });
    expect(await client.forget({ host: "r2://photos" })).toMatchObject({ images: 2 });
    expect(await images()).toEqual([]);
  });
});

describe("a bucket that the site shows at a URL", () => {
  test("fills in the pages that show its images", async () => {
    await put(oldPhotos, "my dog.jpg", "dog");
    await caption("old-photos");
    await servePage("/old.html", '<img src="https://images.example/old/my dog.jpg?w=80">');
    await visit("/old.html", { variables, env: quiet });
    const html = await (await visit("/old.html", { variables, env: quiet })).text();
    expect(html).toContain('alt="A photograph of dog."');
    const [image] = await images();
    expect(image).toMatchObject({ url: "https://images.example/old/my%20dog.jpg" });
    expect(image?.pages).toEqual([{ url: `${SITE}/old.html`, place: "img" }]);
  });

  test("is read for images that a page was the first to show", async () => {
    await put(oldPhotos, "cat.jpg", "kitten");
    await servePage("/new.html", '<img src="https://images.example/old/cat.jpg">');
    await visit("/new.html", { variables, env: quiet });
    const [image] = await images();
    await deliver([image?.key ?? ""], settings, quiet);
    expect(await publishedAlt(image?.key ?? "")).toBe("A photograph of kitten.");
    // What is in the bucket is what was captioned.
    expect(await client.lookAtBucket("old-photos")).toMatchObject({ images: 1, added: 0 });
  });
});

describe("an event notification", () => {
  test.each(["PutObject", "CopyObject", "CompleteMultipartUpload"])(
    "of %s queues the image, once",
    async (action) => {
      await put(photos, "dog.jpg", "dog");
      const { explicitAcks } = await notify(event(action, "dog.jpg"), event(action, "dog.jpg"));
      expect(explicitAcks).toEqual(["0", "1"]);
      const [image, ...others] = await images();
      expect([image?.url, image?.state, others]).toEqual(["r2://photos/dog.jpg", "queued", []]);
      await deliver([image?.key ?? ""], settings, quiet);
      await notify(event(action, "dog.jpg"));
      expect(await images()).toMatchObject([{ state: "captioned" }]);
      expect(await rowOf(image?.key ?? "")).toMatchObject({ captions: 1 });
    },
  );

  test.each(["DeleteObject", "LifecycleDeletion"])(
    "of %s forgets the image, but not what a person wrote",
    async (action) => {
      for (const name of ["a.jpg", "b.jpg"]) await put(photos, name, "dog");
      const [first, second] = await caption("photos");
      await client.review(first?.key ?? "", { version: 0, action: "edit", alt: "Mine." });
      await photos.delete(["a.jpg", "b.jpg"]);
      await notify(event(action, "a.jpg"), event(action, "b.jpg"));
      expect(await images()).toMatchObject([{ state: "edited", alt: "Mine." }]);
      expect(await publishedAlt(first?.key ?? "")).toBe("Mine.");
      expect(await publishedAlt(second?.key ?? "")).toBeNull();
    },
  );

  test("counts as little as the order of its arrival: what the bucket has decides", async () => {
    await put(photos, "dog.jpg", "dog");
    await notify(event("PutObject", "dog.jpg"), event("DeleteObject", "dog.jpg"));
    expect(await images()).toHaveLength(1);
    await photos.delete("dog.jpg");
    await notify(event("DeleteObject", "dog.jpg"), event("PutObject", "dog.jpg"));
    expect(await images()).toEqual([]);
  });

  test("of something else is left alone", async () => {
    await put(photos, "notes.txt", "notes", "text/plain");
    const others = [event("PutObject", "dog.jpg", "others"), { bucket: 1 }, null];
    const { explicitAcks } = await notify(event("PutObject", "notes.txt"), ...others);
    expect(explicitAcks).toHaveLength(4);
    expect(await images()).toEqual([]);
  });

  test("comes again while R2 fails, later each time", async () => {
    const broken = { head: () => Promise.reject(new Error("R2 is not available")) };
    const worker = { ...quiet, BUCKET_PHOTOS: broken as unknown as R2Bucket };
    const body = event("PutObject", "dog.jpg");
    const messages = [1, 2].map((attempts) => ({ body, attempts, ack: vi.fn(), retry: vi.fn() }));
    const batch = { queue: "edge-caption-bucket-events", messages };
    await site.queue(batch as unknown as MessageBatch<ImageMessage>, worker);
    const waits = messages.flatMap(({ retry }) => retry.mock.calls.flat());
    expect(waits).toEqual([{ delaySeconds: 60 }, { delaySeconds: 240 }]);
  });
});

describe("the picture of an image in a bucket", () => {
  const picture = async (image: string, headers: HeadersInit = {}) =>
    send(`${SITE}/.edge-caption/api/images/${image}/picture`, { headers });

  test("is shown to the owner alone", async () => {
    await put(photos, "dog.jpg", "bytes of a dog", "image/jpeg");
    await client.lookAtBucket("photos");
    const [image] = await images();
    const blob = await client.picture(image?.key ?? "");
    expect([blob.type, await blob.text()]).toEqual(["image/jpeg", "bytes of a dog"]);
    expect((await picture(image?.key ?? "")).status).toBe(401);
  });

  test("runs no script in the site's name, whatever was uploaded", async () => {
    await put(photos, "evil.jpg", "<script>alert(1)</script>", "image/jpeg");
    await client.lookAtBucket("photos");
    const [image] = await images();
    await put(photos, "evil.jpg", "<script>alert(1)</script>", "text/html");
    const answer = await picture(image?.key ?? "", { Authorization: `Bearer ${key}` });
    expect(answer.headers.get("Content-Type")).toBe("application/octet-stream");
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    await answer.body?.cancel();
  });

  test("is not found if no bucket has it", async () => {
    await client.addUrls([`${SITE}/1.jpg`]);
    const [image] = await images();
    const asked = await client.picture(image?.key ?? "").catch((error: unknown) => error);
    expect(asked).toMatchObject({ code: "not_found" });
  });
});
