import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duplicateGroups, hashDistance, NEAR_DISTANCE } from "../../datasets/images/duplicates.ts";
import { examineImage } from "../../datasets/images/examine.ts";
import { examineImages, type ImageFacts } from "../../datasets/images/index.ts";
import { photo, scenery, writeFolder } from "./support.ts";

async function factsOf(files: Record<string, Uint8Array>): Promise<Map<string, ImageFacts>> {
  const folder = await writeFolder(files);
  const names = Object.keys(files);
  const facts = await examineImages(names.map((name) => join(folder, name)));
  return new Map(names.map((name, index) => [name, facts[index] as ImageFacts]));
}

describe("examining images", () => {
  test("in worker threads gives the same facts as one by one, in their order", async () => {
    const files: Record<string, Uint8Array> = { "00.jpg": Buffer.from("no image") };
    for (let seed = 1; seed < 24; seed++) files[`${seed}.jpg`] = await photo(seed, 40, 30);
    const folder = await writeFolder(files);
    const paths = Object.keys(files).map((name) => join(folder, name));
    const heard: number[] = [];
    const facts = await examineImages(paths, (done) => heard.push(done));
    expect(facts).toEqual(await Promise.all(paths.map(examineImage)));
    expect(heard.at(-1)).toBe(24);
    expect(heard).toEqual(heard.toSorted((one, other) => one - other));
  }, 120_000);

  test("distinguishes an image without colours from one with few", async () => {
    const sepia = scenery(3).tint({ r: 230, g: 190, b: 140 });
    const facts = await factsOf({
      "colour.jpg": await photo(1),
      "grey.jpg": await scenery(2).greyscale().jpeg().toBuffer(),
      "grey-as-rgb.jpg": await scenery(2).greyscale().toColourspace("srgb").jpeg().toBuffer(),
      "sepia.jpg": await sepia.jpeg().toBuffer(),
    });
    const greyscale = [...facts].map(([name, { seen }]) => [name, seen?.greyscale]);
    expect(Object.fromEntries(greyscale)).toEqual({
      "colour.jpg": false,
      "grey.jpg": true,
      "grey-as-rgb.jpg": true,
      "sepia.jpg": false,
    });
  });

  test("reports unreadable files, and whether a part of them can be decoded", async () => {
    const whole = await photo(1, 200, 200);
    const facts = await factsOf({
      "half.jpg": whole.subarray(0, whole.length / 2),
      "empty.jpg": Buffer.alloc(0),
      "text.png": Buffer.from("hello"),
    });
    expect([...facts.values()].map(({ broken }) => broken?.kind)).toEqual([
      "truncated",
      "unreadable",
      "unreadable",
    ]);
    expect((await examineImage("/nowhere/a.jpg")).broken?.kind).toBe("unreadable");
  });
});

describe("images that look the same", () => {
  test.each([
    ["a worse JPEG", () => scenery(1).jpeg({ quality: 40 }).toBuffer()],
    ["half the size", () => scenery(1).resize(48, 48).jpeg().toBuffer()],
    ["a WebP", () => scenery(1).webp({ quality: 60 }).toBuffer()],
    ["a lighter one", () => scenery(1).modulate({ brightness: 1.15 }).jpeg().toBuffer()],
    ["a greyscale one", () => scenery(1).greyscale().jpeg().toBuffer()],
  ])("are found in %s", async (_, make) => {
    const facts = await factsOf({
      "original.png": await scenery(1).png().toBuffer(),
      "changed.jpg": await make(),
      "other.jpg": await photo(2),
    });
    const images = [...facts.values()];
    expect(duplicateGroups(images, "exact")).toEqual([]);
    expect(duplicateGroups(images, "near")).toEqual([images.slice(0, 2)]);
  });

  test("do not include blank images", async () => {
    const blank = (light: number) => scenery(1).linear(0, light).png().toBuffer();
    const facts = await factsOf({ "black.png": await blank(0), "white.png": await blank(250) });
    expect([...facts.values()].map(({ seen }) => seen?.blank)).toEqual([true, true]);
    expect(duplicateGroups([...facts.values()], "near")).toEqual([]);
  });
});

describe("groups of near images", () => {
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  /** Few hashes, with a few bits flipped: random hashes would hardly ever be near. */
  const hashes = fc.array(
    fc.record({
      base: fc.constantFrom<[number, number]>([0, 0], [0xf0f0f0f0, 0x12345678], [2 ** 32 - 1, 7]),
      turned: fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 9 }),
    }),
    { maxLength: 14 },
  );

  test("contain every pair within the distance, and only chains of such pairs", () => {
    const property = fc.property(hashes, (drawn) => {
      const images = drawn.map(({ base, turned }, index) => image(index, turnedOver(base, turned)));
      const groups = duplicateGroups(images, "near").map((group) => group.map(({ path }) => path));
      expect(groups).toEqual(chains(images));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("count the bits that differ", () => {
    const property = fc.property(word, word, word, word, (a, b, c, d) => {
      const bits = (high: number, low: number) => (BigInt(high) << 32n) | BigInt(low);
      const differing = (bits(a, b) ^ bits(c, d)).toString(2).replaceAll("0", "").length;
      expect(hashDistance([a, b], [c, d])).toBe(differing);
    });
    fc.assert(property);
  });
});

function image(index: number, perceptual: readonly [number, number]): ImageFacts {
  const seen = { width: 1, height: 1, greyscale: false, blank: false, perceptual };
  return { path: String(index), sha256: String(index), bytes: 1, seen };
}

function turnedOver([high, low]: [number, number], bits: readonly number[]): [number, number] {
  const turned = [high, low] as [number, number];
  for (const bit of bits) {
    const at = bit < 32 ? 0 : 1;
    turned[at] = (turned[at] ^ (1 << (bit % 32))) >>> 0;
  }
  return turned;
}

/** The same groups, by comparing all pairs until no group grows. */
function chains(images: readonly ImageFacts[]): string[][] {
  const label = images.map((_, index) => index);
  for (let round = 0; round < images.length; round++) {
    for (const [one, { seen: left }] of images.entries()) {
      for (const [other, { seen: right }] of images.entries()) {
        const near = hashDistance(left?.perceptual ?? [0, 0], right?.perceptual ?? [0, 0]);
        if (near > NEAR_DISTANCE) continue;
        const smaller = Math.min(label[one] ?? 0, label[other] ?? 0);
        label[one] = smaller;
        label[other] = smaller;
      }
    }
  }
  const groups = Map.groupBy(images, ({ path }) => label[Number(path)]);
  return [...groups.values()]
    .map((group) => group.map(({ path }) => path))
    .filter(({ length }) => length > 1);
}
