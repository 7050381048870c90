import { describe, expect, test } from "vitest";
import { objectOf, objectUrl } from "../../../site/buckets/object-url.ts";
import { imageKey, objectKey } from "../../../site/pages/keys.ts";
import { parseSiteSettings } from "../../../site/settings.ts";

const PUBLIC_URLS =
  "photos=https://images.example/site, old-photos=https://images.example/site/old/";
const settings = parseSiteSettings({ PUBLIC_URLS });
const urls = settings.PUBLIC_URLS;

describe("an object of a bucket that the site shows", () => {
  test.each([
    ["2026/dog.jpg", "https://images.example/site/2026/dog.jpg"],
    ["my dog.jpg", "https://images.example/site/my%20dog.jpg"],
    ["Hündin (2).jpg", "https://images.example/site/H%C3%BCndin%20(2).jpg"],
    ["100%25?#.jpg", "https://images.example/site/100%2525%3F%23.jpg"],
    ["a\\b.jpg", "https://images.example/site/a%5Cb.jpg"],
    ["/twice//slashed.jpg", "https://images.example/site//twice//slashed.jpg"],
  ])("%s has the URL that a browser writes", (key, url) => {
    expect(objectUrl({ bucket: "photos", key }, urls)).toBe(url);
    expect(objectOf(url, urls)).toEqual({ bucket: "photos", key });
  });

  test("is the image of a page, however the page writes its URL", async () => {
    const { key } = await objectKey({ bucket: "photos", key: "my (dog).jpg" }, settings);
    for (const path of ["my%20(dog).jpg", "my (dog).jpg", "my%20%28dog%29.jpg?v=3&w=640#top"]) {
      const image = new URL(`https://images.example/site/${path}`);
      expect((await imageKey(image, settings)).key, path).toBe(key);
    }
  });

  test("belongs to the bucket whose URL is the longer one", () => {
    expect(objectOf("https://images.example/site/old/a.jpg", urls)).toEqual({
      ...{ bucket: "old-photos", key: "a.jpg" },
    });
  });
});

test.each(["plain.jpg", "a b/ü?#%.jpg", "../up.jpg", "tab\tline\n.jpg"])(
  "the object %j of a bucket without a URL is found again by r2://bucket/key",
  (key) => {
    const object = { bucket: "private", key };
    const url = objectUrl(object, urls);
    expect(url).toMatch(/^r2:\/\/private\//);
    expect(objectOf(url, urls)).toEqual(object);
  },
);

test("a key that no URL has stands for itself, in its bucket", () => {
  const object = { bucket: "photos", key: "a/../b.jpg" };
  expect(objectUrl(object, urls)).toBe("r2://photos/a/../b.jpg");
});

test.each([
  "https://images.example/elsewhere/a.jpg",
  "https://images.example/site/",
  "https://images.example/site/%E0%A4%A.jpg",
  "https://other.example/site/a.jpg",
])("%s is of no bucket", (url) => {
  expect(objectOf(url, urls)).toBeUndefined();
});

test.each([
  "photos",
  "photos=images.example",
  "PHOTOS=https://a.example/",
  "photos=https://a/?x=1",
])("PUBLIC_URLS = %s is refused", (text) => {
  expect(() => parseSiteSettings({ PUBLIC_URLS: text })).toThrow(
    expect.objectContaining({ code: "invalid_settings" }),
  );
});
