import { describe, expect, test } from "vitest";
import { SPLIT_NAMES } from "../../../datasets/dataset.ts";
import { hashedSplit } from "../../../datasets/formats/assemble.ts";
import { openDataset } from "../../../datasets/formats/index.ts";
import { jsonLines } from "../support.ts";
import { captionsOf, failure, faultCounts, folderOf, ids } from "./support.ts";

describe("a plain folder", () => {
  const two = ["dog.jpg", "pictures/cat.png"];
  const captioned = { "dog.jpg": ["a dog"], "pictures/cat.png": ["a cat"] };

  test.each([
    ["captions.csv", "image,caption\ndog.jpg,a dog\npictures/cat.png,a cat\n"],
    ["table.csv", "\uFEFFFile Name;Text\r\ndog.jpg;a dog\r\ncat.png;a cat\r\n"],
    ["table.tsv", "path\tdescription\ndog\ta dog\ncat\ta cat\n"],
    ["metadata.csv", `file_name,text\n./dog.jpg," a dog "\npictures\\cat.png,a cat\n`],
    [
      "metadata.jsonl",
      `{"file_name":"dog.jpg","text":"a dog"}\n{"file_name":"cat.png","text":"a cat"}\n`,
    ],
  ])("with its captions in %s is read by the names of the columns", async (name, table) => {
    const dataset = await openDataset(await folderOf({ [name]: table }, two));
    expect(dataset.format).toBe("folder");
    expect(captionsOf(dataset)).toEqual(captioned);
    expect(dataset.faults).toEqual([]);
  });

  test("may have several captions for an image, in one line or in several", async () => {
    const rows = [
      { image: "dog.jpg", captions: ["a dog", "a brown dog"] },
      { image: "cat.png", captions: ["a cat"] },
      { image: "dog.jpg", captions: ["a dog runs"] },
    ];
    const inList = await openDataset(await folderOf({ "captions.jsonl": jsonLines(rows) }, two));
    expect(captionsOf(inList)["dog.jpg"]).toEqual(["a dog", "a brown dog", "a dog runs"]);
    const table = `id,caption_1,caption_2,captions\ndog,one,two,"[""three"", ""four""]"\n`;
    const inColumns = await openDataset(await folderOf({ "captions.csv": table }, two));
    expect(captionsOf(inColumns)["dog.jpg"]).toEqual(["three", "four", "one", "two"]);
  });

  test("may name the split of each image", async () => {
    const table =
      "image,split,caption\ndog.jpg,Dev,a dog\ncat.png,training,a cat\nfox.jpg,spare,a fox\n";
    const dataset = await openDataset(await folderOf({ "a.csv": table }, [...two, "fox.jpg"]));
    expect(ids(dataset)).toEqual({
      train: ["pictures/cat.png"],
      validation: ["dog.jpg"],
      test: [],
    });
    expect(dataset.unassigned.map(({ id }) => id)).toEqual(["fox.jpg"]);
    expect(faultCounts(dataset)).toEqual({ "image of a split that is not known": 1 });
  });

  test("without splits is split by a hash of each name, independent of other images", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `photo-${index}.jpg`);
    const table = (listed: string[]) =>
      `image,caption\n${listed.map((name) => `${name},a photo of ${name}\n`).join("")}`;
    const all = await openDataset(await folderOf({ "c.csv": table(names) }, names));
    const few = names.slice(50, 60).toReversed();
    const some = await openDataset(await folderOf({ "c.csv": table(few) }, few));
    const sizes = SPLIT_NAMES.map((split) => all.splits[split].length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(200);
    expect(sizes[1]).toBeGreaterThan(5);
    expect(sizes[2]).toBeGreaterThan(5);
    expect(sizes[0]).toBeGreaterThan(140);
    for (const split of SPLIT_NAMES) {
      for (const { id } of some.splits[split]) expect(hashedSplit(id)).toBe(split);
      const inAll = all.splits[split].map(({ id }) => id);
      for (const { id } of some.splits[split]) expect(inAll).toContain(id);
    }
  });

  test("has faults, which are counted and left out", async () => {
    const lines = `{"image":"dog.jpg","caption":"a dog"}\nnot json\n{"caption":"of nothing"}\n{"image":"../dog.jpg","caption":"outside"}\n`;
    const dataset = await openDataset(await folderOf({ "captions.jsonl": lines }, two));
    expect(captionsOf(dataset)).toEqual({ "dog.jpg": ["a dog"] });
    expect(faultCounts(dataset)).toEqual({
      "line that is not of the file's format": 1,
      "caption line with a malformed id": 1,
      "caption of an image that is not there": 1,
      "image without captions": 1,
    });
  });

  test("leaves out captions without a word, and images without other captions", async () => {
    const rows = [
      { image: "dog.jpg", captions: ["a dog", "...", "&quot;", "犬"] },
      { image: "cat.png", captions: [" . ", "?"] },
    ];
    const dataset = await openDataset(await folderOf({ "captions.jsonl": jsonLines(rows) }, two));
    expect(captionsOf(dataset)).toEqual({ "dog.jpg": ["a dog", "犬"] });
    expect(faultCounts(dataset)).toEqual({ "empty caption": 4, "image without captions": 1 });
  });

  test("with unknown columns is refused with the known names", async () => {
    const folder = await folderOf({ "a.csv": "bild,satz\ndog.jpg,ein Hund\n" }, two);
    expect(await failure(openDataset(folder))).toMatchObject({
      code: "unknown_columns",
      message: expect.stringMatching(/bild, satz.*image, file_name/),
    });
  });

  test("with several tables is refused, unless one has a known name", async () => {
    const table = "image,caption\ndog.jpg,a dog\n";
    const folder = await folderOf({ "a.csv": table, "b.csv": table }, two);
    expect((await failure(openDataset(folder))).code).toBe("ambiguous_captions");
    const named = await folderOf({ "a.csv": "x,y\n", "captions.csv": table }, two);
    expect(captionsOf(await openDataset(named))).toEqual({ "dog.jpg": ["a dog"] });
  });

  test("with an unclosed quotation in its CSV is refused", async () => {
    const folder = await folderOf(
      { "a.csv": `image,caption\ndog.jpg,"a dog\ncat.png,a cat\n` },
      two,
    );
    expect((await failure(openDataset(folder))).code).toBe("invalid_table");
  });
});
