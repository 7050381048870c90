import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cleanDataset } from "../../datasets/cleaning/index.ts";
import type { Dataset, SplitName } from "../../datasets/dataset.ts";
import { openDataset } from "../../datasets/formats/index.ts";
import { cleaningOptions } from "../../datasets/options.ts";
import { jsonLines, photo, scenery, writeFolder } from "./support.ts";

const optionsSchema = z.object(cleaningOptions);

function clean(dataset: Dataset, asked: z.input<typeof optionsSchema>): Promise<Dataset> {
  return cleanDataset(dataset, optionsSchema.parse(asked));
}

/** Makes a data set of a few different images with the given captions. */
async function captionedDataset(
  train: Record<string, string[]>,
  validation: Record<string, string[]> = { "judged.jpg": ["a dog runs"] },
): Promise<Dataset> {
  const rows = Object.entries({ train, validation }).flatMap(([split, images]) =>
    Object.entries(images).map(([image, captions]) => ({ image, captions, split })),
  );
  const images = rows.map(async ({ image }, index) => [image, await photo(index)] as const);
  const files = Object.fromEntries(await Promise.all(images));
  return openDataset(await writeFolder({ ...files, "captions.jsonl": jsonLines(rows) }));
}

/** Makes a data set of the given images, each with two captions. */
async function datasetOfImages(
  images: Record<string, { file: Uint8Array; split: SplitName }>,
): Promise<Dataset> {
  const rows = Object.entries(images).map(([image, { split }]) => ({
    image,
    captions: [`one says ${image}`, `another says ${image}`],
    split,
  }));
  const files = Object.entries(images).map(([image, { file }]) => [image, file] as const);
  return openDataset(
    await writeFolder({ ...Object.fromEntries(files), "captions.jsonl": jsonLines(rows) }),
  );
}

const ids = (dataset: Dataset, split: SplitName) => dataset.splits[split].map(({ id }) => id);

describe("without a rule", () => {
  test("a data set stays as it is", async () => {
    const dataset = await captionedDataset({
      "a.jpg": ["<b>x</b>", "ein Hund rennt über das Gras"],
    });
    expect(await clean(dataset, {})).toEqual(dataset);
  });
});

describe("rules on captions", () => {
  const long = Array.from({ length: 31 }, () => "very").join(" ");
  test.each([
    ["--minimum-words 3", { minimumWords: 3 }, "a dog .", "a dog runs ."],
    ["--maximum-words 30", { maximumWords: 30 }, long, "a dog runs ."],
    [
      "--drop-non-text",
      { dropNonText: true },
      "see https://example.org/a.jpg",
      "a dog runs & jumps",
    ],
    ["--drop-non-text", { dropNonText: true }, "a <b>dog</b> runs", "a dog < a horse"],
    ["--drop-non-text", { dropNonText: true }, "DSC_0001 2009:01:02 10:11", "2 dogs, 3 cats"],
    ["--drop-non-text", { dropNonText: true }, "a dog\u0000runs", "a café in Zürich"],
  ])("%s counts what it leaves out", async (rule, asked, dropped, kept) => {
    const dataset = await captionedDataset({ "a.jpg": [dropped, kept], "b.jpg": [dropped] });
    const { splits, removed } = await clean(dataset, asked);
    expect(splits.train.map(({ id, captions }) => ({ id, captions }))).toEqual([
      { id: "a.jpg", captions: [kept] },
    ]);
    expect(removed).toEqual([{ rule, images: 1, captions: 2, example: `a.jpg: ${dropped}` }]);
  });

  test("--drop-other-languages keeps the language of most captions", async () => {
    const english = ["two dogs run over the grass", "a girl in a red dress smiles at the camera"];
    const german = ["zwei Hunde rennen über die Wiese", "ein Mädchen im roten Kleid lacht"];
    const one = await captionedDataset({ "a.jpg": english, "b.jpg": [...english, ...german] });
    const most = await captionedDataset({ "a.jpg": german, "b.jpg": [...english, ...german] });
    const options = { dropOtherLanguages: true };
    expect((await clean(one, options)).splits.train[1]?.captions).toEqual(english);
    expect((await clean(most, options)).splits.train[1]?.captions).toEqual(german);
  });

  test("--maximum-repeats leaves out captions that too many images have, word for word", async () => {
    const dataset = await captionedDataset({
      "a.jpg": ["A dog runs.", "a dog runs", "a horse"],
      "b.jpg": ["a dog runs !", "a horse"],
      "c.jpg": ["a dog runs"],
    });
    const { splits, removed } = await clean(dataset, { maximumRepeats: 2 });
    expect(splits.train.map(({ captions }) => captions)).toEqual([["a horse"], ["a horse"]]);
    expect(removed).toMatchObject([{ rule: "--maximum-repeats 2", images: 1, captions: 4 }]);
  });

  test("leave validation and test as they are", async () => {
    const dataset = await captionedDataset({ "a.jpg": ["a dog runs here"] }, { "b.jpg": ["dog"] });
    expect(ids(await clean(dataset, { minimumWords: 3 }), "validation")).toEqual(["b.jpg"]);
  });
});

describe("rules on images", () => {
  test("--drop-unreadable leaves out images that cannot be decoded, of every split", async () => {
    const whole = await photo(1);
    const dataset = await datasetOfImages({
      "whole.jpg": { file: whole, split: "train" },
      "half.jpg": { file: whole.subarray(0, whole.length / 2), split: "train" },
      "text.png": { file: Buffer.from("<html>not found</html>"), split: "validation" },
      "other.jpg": { file: await photo(2), split: "validation" },
    });
    const { splits, removed } = await clean(dataset, { dropUnreadable: true });
    expect(splits.train.map(({ id }) => id)).toEqual(["whole.jpg"]);
    expect(splits.validation.map(({ id }) => id)).toEqual(["other.jpg"]);
    expect(removed).toMatchObject([{ rule: "--drop-unreadable", images: 2, captions: 4 }]);
  });

  test("--minimum-side and --drop-greyscale apply to training images", async () => {
    const dataset = await datasetOfImages({
      "small.jpg": { file: await photo(1, 200, 60), split: "train" },
      "grey.jpg": { file: await scenery(2).greyscale().jpeg().toBuffer(), split: "train" },
      "fine.jpg": { file: await photo(3), split: "train" },
      "judged.jpg": { file: await photo(4, 20, 20), split: "test" },
    });
    const cleaned = await clean(dataset, { minimumSide: 64, dropGreyscale: true });
    expect(ids(cleaned, "train")).toEqual(["fine.jpg"]);
    expect(ids(cleaned, "test")).toEqual(["judged.jpg"]);
    expect(cleaned.removed).toMatchObject([
      { rule: "--minimum-side 64", images: 1 },
      { rule: "--drop-greyscale", images: 1 },
    ]);
  });

  test("--drop-duplicates keeps the first of equal or similar images", async () => {
    const original = await photo(1);
    const dataset = await datasetOfImages({
      "first.jpg": { file: original, split: "train" },
      "copy.jpg": { file: original, split: "train" },
      "smaller.webp": {
        file: await scenery(1).resize(60, 60).webp({ quality: 60 }).toBuffer(),
        split: "train",
      },
      "other.jpg": { file: await photo(2), split: "train" },
      "judged.jpg": { file: original, split: "validation" },
    });
    const exact = await clean(dataset, { dropDuplicates: "exact" });
    expect(ids(exact, "train")).toEqual(["first.jpg", "smaller.webp", "other.jpg"]);
    const near = await clean(dataset, { dropDuplicates: "near" });
    expect(ids(near, "train")).toEqual(["first.jpg", "other.jpg"]);
    expect(ids(near, "validation")).toEqual(["judged.jpg"]);
  });

  test("--drop-shared leaves out training images that validation or test also has", async () => {
    const original = await photo(1);
    const dataset = await datasetOfImages({
      "copy.jpg": { file: original, split: "train" },
      "lighter.jpg": {
        file: await scenery(5).modulate({ brightness: 1.1 }).jpeg().toBuffer(),
        split: "train",
      },
      "other.jpg": { file: await photo(3), split: "train" },
      "judged.jpg": { file: original, split: "validation" },
      "tested.jpg": { file: await photo(5), split: "test" },
    });
    const exact = await clean(dataset, { dropShared: "exact" });
    expect(ids(exact, "train")).toEqual(["lighter.jpg", "other.jpg"]);
    const near = await clean(dataset, { dropShared: "near" });
    expect(ids(near, "train")).toEqual(["other.jpg"]);
    expect([ids(near, "validation"), ids(near, "test")]).toEqual([["judged.jpg"], ["tested.jpg"]]);
  });

  test("--drop-shared leaves out a training image that another split also lists", async () => {
    const files = { "Images/a.jpg": await photo(1), "Images/b.jpg": await photo(2) };
    const folder = await writeFolder({
      ...files,
      "Flickr8k.token.txt": "a.jpg#0\ta dog\nb.jpg#0\ta cat\n",
      "Flickr_8k.trainImages.txt": "a.jpg\nb.jpg\n",
      "Flickr_8k.devImages.txt": "b.jpg\n",
    });
    const cleaned = await clean(await openDataset(folder), { dropShared: "exact" });
    expect([ids(cleaned, "train"), ids(cleaned, "validation")]).toEqual([["a.jpg"], ["b.jpg"]]);
  });
});
