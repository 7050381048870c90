import { describe, expect, test } from "vitest";
import { UserError } from "../../../../core/errors.ts";
import { type Dataset, splitNames } from "../../../../train/data/dataset.ts";
import { hashedSplit } from "../../../../train/data/formats/assemble.ts";
import { openDataset } from "../../../../train/data/formats/index.ts";
import { jsonLines, photo, writeFolder } from "../support.ts";

const picture = await photo(1);

/** A folder with a picture, always the same one, under each of the names. */
function folderOf(texts: Record<string, string>, pictures: readonly string[]): Promise<string> {
  return writeFolder({ ...texts, ...Object.fromEntries(pictures.map((name) => [name, picture])) });
}

/** Captions by image, in all splits and none. */
function captionsOf({ splits, unassigned }: Dataset): Record<string, readonly string[]> {
  const images = [...splitNames.flatMap((split) => splits[split]), ...unassigned];
  return Object.fromEntries(images.map(({ id, captions }) => [id, captions]));
}

function ids(dataset: Dataset) {
  return Object.fromEntries(
    splitNames.map((split) => [split, dataset.splits[split].map(({ id }) => id)]),
  );
}

function faultCounts({ faults }: Dataset): Record<string, number> {
  return Object.fromEntries(faults.map(({ kind, count }) => [kind, count]));
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (error instanceof UserError) return error;
  throw new Error(`not a user's error: ${error}`);
}

describe("Flickr30k with one results.csv", () => {
  const csv = `image_name| comment_number| comment
1000092795.jpg| 0| Two young guys with shaggy hair look at their hands .
1000092795.jpg| 1| Two young , White males are outside near "many" bushes .
2199200615.jpg| 0| A dog runs across the grass | quickly .
2199200615.jpg| 4   A dog runs across the grass .
nonsense without an image
`;
  const pictures = ["1000092795.jpg", "2199200615.jpg"];

  test("is read, and its broken line mended", async () => {
    const folder = await folderOf(
      { "results.csv": csv },
      pictures.map((name) => `flickr30k_images/${name}`),
    );
    const dataset = await openDataset(folder);
    expect(dataset.format).toBe("flickr30k-csv");
    expect(captionsOf(dataset)).toEqual({
      "1000092795.jpg": [
        "Two young guys with shaggy hair look at their hands .",
        `Two young , White males are outside near "many" bushes .`,
      ],
      "2199200615.jpg": [
        "A dog runs across the grass | quickly .",
        "A dog runs across the grass .",
      ],
    });
    expect(faultCounts(dataset)).toEqual({
      "caption line with a missing separator, which was mended": 1,
      "caption line with a malformed id": 1,
    });
  });

  test("is found in the folders that its archive is unpacked into", async () => {
    const folder = await folderOf(
      {
        "flickr30k_images/results.csv": csv,
        "train.txt": "1000092795\n",
        "val.txt": "2199200615\n",
      },
      pictures.map((name) => `flickr30k_images/flickr30k_images/${name}`),
    );
    const dataset = await openDataset(folder);
    expect(ids(dataset)).toEqual({
      train: ["1000092795.jpg"],
      validation: ["2199200615.jpg"],
      test: [],
    });
  });
});

describe("Flickr8k with one captions.txt", () => {
  const csv = `image,caption
1000268201_693b08cb0e.jpg,A child in a pink dress is climbing up a set of stairs in an entry way .
1000268201_693b08cb0e.jpg,"A girl , in ""pink"" , going into a wooden building ."
1001773457_577c3a7d70.jpg,A black dog , and a spotted dog are fighting
2258277193_586949ec62.jpg.1,people waiting for the subway
1001773457_577c3a7d70.jpg,
`;

  test("is read as CSV, with commas in captions that are not quoted", async () => {
    const dataset = await openDataset(
      await folderOf({ "captions.txt": csv }, [
        "Images/1000268201_693b08cb0e.jpg",
        "Images/1001773457_577c3a7d70.jpg",
      ]),
    );
    expect(dataset.format).toBe("flickr8k-csv");
    expect(captionsOf(dataset)).toEqual({
      "1000268201_693b08cb0e.jpg": [
        "A child in a pink dress is climbing up a set of stairs in an entry way .",
        `A girl , in "pink" , going into a wooden building .`,
      ],
      "1001773457_577c3a7d70.jpg": ["A black dog, and a spotted dog are fighting"],
    });
    expect(faultCounts(dataset)).toEqual({
      "caption line with a malformed id": 1,
      "empty caption": 1,
    });
  });
});

/** An image as Karpathy's files have it. */
function karpathyImage(filename: string, split: string, captions: string[], filepath?: string) {
  const sentences = captions.map((raw, sentid) => ({
    tokens: raw.split(" "),
    raw,
    imgid: 0,
    sentid,
  }));
  return {
    sentids: [0],
    imgid: 0,
    sentences,
    split,
    filename,
    ...(filepath && { filepath, cocoid: 9 }),
  };
}

describe("Karpathy's splits", () => {
  test("of Flickr8k name files of one folder", async () => {
    const images = [
      karpathyImage("2513260012_03d33305cf.jpg", "train", ["A black dog is running", "Two dogs"]),
      karpathyImage("2903617548_d3e38d7f88.jpg", "val", ["A little baby plays croquet ."]),
      karpathyImage("3338291921_fe7ae0c8f8.jpg", "test", ["", "A brown dog"]),
      karpathyImage("488416045_1c6d903fe0.jpg", "train", ["Its picture is missing"]),
    ];
    const dataset = await openDataset(
      await folderOf({ "dataset_flickr8k.json": JSON.stringify({ images, dataset: "flickr8k" }) }, [
        "Flicker8k_Dataset/2513260012_03d33305cf.jpg",
        "Flicker8k_Dataset/2903617548_d3e38d7f88.jpg",
        "Flicker8k_Dataset/3338291921_fe7ae0c8f8.jpg",
      ]),
    );
    expect(dataset.format).toBe("karpathy");
    expect(ids(dataset)).toEqual({
      train: ["2513260012_03d33305cf.jpg"],
      validation: ["2903617548_d3e38d7f88.jpg"],
      test: ["3338291921_fe7ae0c8f8.jpg"],
    });
    expect(captionsOf(dataset)["3338291921_fe7ae0c8f8.jpg"]).toEqual(["A brown dog"]);
    expect(faultCounts(dataset)).toEqual({
      "empty caption": 1,
      "caption of an image that is not there": 1,
    });
  });

  test("of COCO name the folder too, and train on what validation leaves over", async () => {
    const images = [
      karpathyImage(
        "COCO_val2014_000000391895.jpg",
        "test",
        ["A man with a red helmet"],
        "val2014",
      ),
      karpathyImage("COCO_val2014_000000522418.jpg", "restval", ["A woman cuts a cake"], "val2014"),
      karpathyImage("COCO_train2014_000000057870.jpg", "train", ["A restaurant"], "train2014"),
    ];
    const dataset = await openDataset(
      await folderOf({ "dataset_coco.json": JSON.stringify({ images, dataset: "coco" }) }, [
        "val2014/COCO_val2014_000000391895.jpg",
        "val2014/COCO_val2014_000000522418.jpg",
        "train2014/COCO_train2014_000000057870.jpg",
      ]),
    );
    expect(ids(dataset)).toEqual({
      train: ["val2014/COCO_val2014_000000522418.jpg", "train2014/COCO_train2014_000000057870.jpg"],
      validation: [],
      test: ["val2014/COCO_val2014_000000391895.jpg"],
    });
  });

  test("that end too early are named", async () => {
    const text = JSON.stringify({ images: [karpathyImage("a.jpg", "train", ["A dog"])] });
    const folder = await folderOf({ "dataset_flickr8k.json": text.slice(0, -9) }, ["Images/a.jpg"]);
    expect(await failure(openDataset(folder))).toMatchObject({
      code: "invalid_json",
      message: expect.stringContaining("dataset_flickr8k.json"),
    });
  });
});

describe("COCO's caption annotations", () => {
  const image = (id: number, file_name: string) => ({
    license: 3,
    file_name,
    height: 9,
    width: 9,
    id,
  });
  const annotation = (image_id: number, caption: string) => ({ image_id, id: 1, caption });
  const info = { description: "COCO 2017 Dataset", year: 2017 };
  const train = {
    info,
    licenses: [{ id: 1, name: "CC", captions: ["not a caption"] }],
    images: [image(391895, "000000391895.jpg"), image(522418, "000000522418.jpg")],
    annotations: [
      annotation(391895, "A man with a red helmet on a small moped on a dirt road. "),
      annotation(391895, "Man riding a motor bike on a dirt road."),
      annotation(522418, "A woman wearing a net on her head cutting a cake."),
      annotation(999999, "Nobody knows of what."),
    ],
  };
  const pictures = [
    "train2017/000000391895.jpg",
    "train2017/000000522418.jpg",
    "val2017/000000391895.jpg",
    "val2017/000000179765.jpg",
  ];

  test.each(["annotations/", ""])(
    "are read from the files in '%s', a split each",
    async (where) => {
      // Annotations before images, and a name that the other split has too.
      const validation = {
        annotations: [annotation(391895, "A black Honda motorcycle.")],
        images: [image(391895, "000000391895.jpg"), image(179765, "000000179765.jpg")],
      };
      const dataset = await openDataset(
        await folderOf(
          {
            [`${where}captions_train2017.json`]: JSON.stringify(train),
            [`${where}captions_val2017.json`]: JSON.stringify(validation),
          },
          pictures,
        ),
      );
      expect(dataset.format).toBe("coco");
      expect(ids(dataset)).toEqual({
        train: ["train2017/000000391895.jpg", "train2017/000000522418.jpg"],
        validation: ["val2017/000000391895.jpg"],
        test: [],
      });
      expect(captionsOf(dataset)["train2017/000000391895.jpg"]).toEqual([
        "A man with a red helmet on a small moped on a dirt road.",
        "Man riding a motor bike on a dirt road.",
      ]);
      expect(captionsOf(dataset)["val2017/000000391895.jpg"]).toEqual([
        "A black Honda motorcycle.",
      ]);
      expect(faultCounts(dataset)).toEqual({
        "caption line with a malformed id": 1,
        "image without captions": 1,
      });
    },
  );
});

describe("a folder of one's own", () => {
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

  test("may have several captions an image, in a line or in several", async () => {
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

  test("may say the split of each image", async () => {
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

  test("without splits is split by a hash of the names, whatever else is there", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `photo-${index}.jpg`);
    const table = (listed: string[]) =>
      `image,caption\n${listed.map((name) => `${name},a photo of ${name}\n`).join("")}`;
    const all = await openDataset(await folderOf({ "c.csv": table(names) }, names));
    const few = names.slice(50, 60).toReversed();
    const some = await openDataset(await folderOf({ "c.csv": table(few) }, few));
    const sizes = splitNames.map((split) => all.splits[split].length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(200);
    expect(sizes[1]).toBeGreaterThan(5);
    expect(sizes[2]).toBeGreaterThan(5);
    expect(sizes[0]).toBeGreaterThan(140);
    for (const split of splitNames) {
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

  test("leaves out captions without a word, and the image that has no other", async () => {
    const rows = [
      { image: "dog.jpg", captions: ["a dog", "...", "&quot;", "犬"] },
      { image: "cat.png", captions: [" . ", "?"] },
    ];
    const dataset = await openDataset(await folderOf({ "captions.jsonl": jsonLines(rows) }, two));
    expect(captionsOf(dataset)).toEqual({ "dog.jpg": ["a dog", "犬"] });
    expect(faultCounts(dataset)).toEqual({ "empty caption": 4, "image without captions": 1 });
  });

  test("whose columns cannot be told says what they may be called", async () => {
    const folder = await folderOf({ "a.csv": "bild,satz\ndog.jpg,ein Hund\n" }, two);
    expect(await failure(openDataset(folder))).toMatchObject({
      code: "unknown_columns",
      message: expect.stringMatching(/bild, satz.*image, file_name/),
    });
  });

  test("with several tables asks which, unless one is called as captions are", async () => {
    const table = "image,caption\ndog.jpg,a dog\n";
    const folder = await folderOf({ "a.csv": table, "b.csv": table }, two);
    expect((await failure(openDataset(folder))).code).toBe("ambiguous_captions");
    const named = await folderOf({ "a.csv": "x,y\n", "captions.csv": table }, two);
    expect(captionsOf(await openDataset(named))).toEqual({ "dog.jpg": ["a dog"] });
  });

  test("whose CSV never ends a quotation is named", async () => {
    const folder = await folderOf(
      { "a.csv": `image,caption\ndog.jpg,"a dog\ncat.png,a cat\n` },
      two,
    );
    expect((await failure(openDataset(folder))).code).toBe("invalid_table");
  });
});

describe("the layout", () => {
  const token = "dog.jpg#0\tfrom the token file\n";
  const csv = "image,caption\ndog.jpg,from the table\n";

  test("is said aloud, with what else the folder could be", async () => {
    const folder = await folderOf(
      {
        "Flickr8k.token.txt": token,
        "captions.txt": csv,
        "Flickr_8k.trainImages.txt": "dog.jpg\n",
      },
      ["Images/dog.jpg"],
    );
    const { found, splits } = await openDataset(folder);
    expect(found).toBe(
      "found: flickr; captions in Flickr8k.token.txt; 1 image in Images; " +
        "splits by Flickr_8k.trainImages.txt; also there: flickr8k-csv (choose by --format)",
    );
    expect(splits.train[0]?.captions).toEqual(["from the token file"]);
  });

  test("can be chosen", async () => {
    const folder = await folderOf({ "Flickr8k.token.txt": token, "captions.txt": csv }, [
      "Images/dog.jpg",
    ]);
    const chosen = await openDataset(folder, "flickr8k-csv");
    expect(captionsOf(chosen)).toEqual({ "dog.jpg": ["from the table"] });
    expect(await failure(openDataset(folder, "coco"))).toMatchObject({
      code: "no_captions",
      message: expect.stringContaining("captions_train2017.json"),
    });
  });

  test("of a folder that holds nothing known says what is", async () => {
    const { code, message } = await failure(openDataset(await folderOf({}, ["dog.jpg"])));
    expect(code).toBe("no_captions");
    for (const name of ["Flickr8k.token.txt", "results.csv", "captions.txt", "dataset_coco.json"]) {
      expect(message).toContain(name);
    }
  });
});
