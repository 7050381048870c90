import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../core/errors.ts";
import type { Dataset } from "../../../datasets/dataset.ts";
import { openDataset } from "../../../datasets/formats/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Five images with two captions each, as the release of Flickr8k has them, faults included. */
const captions8k = `
1000268201_693b08cb0e.jpg#0\tA child in a pink dress is climbing up a set of stairs .
1000268201_693b08cb0e.jpg#1\tA girl going into a wooden building .
1001773457_577c3a7d70.jpg#0\tA black dog and a spotted dog are fighting
1001773457_577c3a7d70.jpg#1\tTwo dogs on pavement moving toward each other .
1002674143_1b742ab4b8.jpg#0\tA little girl covered in paint sits in front of a rainbow .
1002674143_1b742ab4b8.jpg#1\t
1003163366_44323f5815.jpg#0\tA man lays on a bench while his dog sits by him .
2258277193_586949ec62.jpg.1#0\tpeople waiting for the subway
2258277193_586949ec62.jpg.1#1\tsome people looking out windows in a large building
9999999999_0000000000.jpg#0\tAn image that was never released .
9999999999_0000000000.jpg#1\tNobody has it .
`;

const layouts = {
  flickr8k: {
    captions: "Flickr8k.token.txt",
    images: "Flicker8k_Dataset",
    train: "Flickr_8k.trainImages.txt",
    validation: "Flickr_8k.devImages.txt",
    test: "Flickr_8k.testImages.txt",
    // Its lists name files.
    listed: (id: string) => id,
  },
  flickr30k: {
    captions: "results_20130124.token",
    images: "flickr30k-images",
    train: "train.txt",
    validation: "val.txt",
    test: "test.txt",
    // Its lists name files without their extension.
    listed: (id: string) => id.replace(".jpg", ""),
  },
};
type Layout = keyof typeof layouts;

const images = [
  "1000268201_693b08cb0e.jpg",
  "1001773457_577c3a7d70.jpg",
  "1002674143_1b742ab4b8.jpg",
  "1003163366_44323f5815.jpg",
];

async function writeDataset(layout: Layout): Promise<string> {
  const names = layouts[layout];
  const folder = join(temporaryFolder(), layout);
  await mkdir(join(folder, names.images), { recursive: true });
  await writeFile(join(folder, names.captions), captions8k.trimStart());
  const jpeg = await sharp({
    create: { width: 20, height: 10, channels: 3, background: "#204060" },
  })
    .jpeg()
    .toBuffer();
  for (const image of [...images, "0_without_captions.jpg"]) {
    await writeFile(join(folder, names.images, image), jpeg);
  }
  const list = (...ids: string[]) => `${ids.map(names.listed).join("\n")}\n`;
  await writeFile(
    join(folder, names.train),
    list(images[0] ?? "", images[1] ?? "", "9999999999_0000000000.jpg"),
  );
  await writeFile(join(folder, names.validation), list(images[2] ?? ""));
  await writeFile(join(folder, names.test), list(images[3] ?? ""));
  return folder;
}

function ids(dataset: Dataset, split: keyof Dataset["splits"]): string[] {
  return dataset.splits[split].map(({ id }) => id);
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw new Error(`not a user's error: ${error}`);
}

describe.each(Object.keys(layouts) as Layout[])("the layout of %s", (layout) => {
  test("is read split by split, each image with its captions", async () => {
    const dataset = await openDataset(await writeDataset(layout));
    expect(dataset.name).toBe(layout);
    expect(ids(dataset, "train")).toEqual(images.slice(0, 2));
    expect(ids(dataset, "validation")).toEqual(images.slice(2, 3));
    expect(ids(dataset, "test")).toEqual(images.slice(3, 4));
    expect(dataset.splits.train[0]?.captions).toEqual([
      "A child in a pink dress is climbing up a set of stairs .",
      "A girl going into a wooden building .",
    ]);
    const image = await dataset.splits.train[0]?.read();
    expect(image?.pixels).toMatchObject({ width: 20, height: 10 });
  });

  test("has faults, which are counted and left out", async () => {
    const { faults } = await openDataset(await writeDataset(layout));
    const counts = Object.fromEntries(faults.map(({ kind, count }) => [kind, count]));
    expect(counts).toEqual({
      "caption line with a malformed id": 2,
      "empty caption": 1,
      "caption of an image that is not there": 2,
      "image without captions": 1,
      "image of the train list that has no file or no caption": 1,
    });
    const malformed = faults.find(({ kind }) => kind.includes("malformed"));
    expect(malformed?.examples[0]).toContain("2258277193_586949ec62.jpg.1#0");
  });
});

describe("a data set", () => {
  test("without a list has an empty split", async () => {
    const folder = await writeDataset("flickr8k");
    await rm(join(folder, layouts.flickr8k.test));
    const dataset = await openDataset(folder);
    expect(ids(dataset, "test")).toEqual([]);
    expect(ids(dataset, "train")).toHaveLength(2);
  });

  test("written on Windows is read in the same way", async () => {
    const folder = await writeDataset("flickr8k");
    for (const name of ["captions", "train", "validation", "test"] as const) {
      const path = join(folder, layouts.flickr8k[name]);
      await writeFile(path, (await readFile(path, "utf8")).replaceAll("\n", "\r\n"));
    }
    const dataset = await openDataset(folder);
    expect(ids(dataset, "train")).toEqual(images.slice(0, 2));
    expect(dataset.splits.train[1]?.captions[1]).toBe(
      "Two dogs on pavement moving toward each other .",
    );
  });

  test("that does not exist is named in the error", async () => {
    const { code, message } = await failure(openDataset("/nowhere/flickr8k"));
    expect(code).toBe("dataset_not_found");
    expect(message).toContain("/nowhere/flickr8k");
  });

  test("without captions or images is refused with the expected names", async () => {
    const folder = await writeDataset("flickr8k");
    await rm(join(folder, layouts.flickr8k.images), { recursive: true });
    expect(await failure(openDataset(folder))).toMatchObject({
      code: "no_images",
      message: expect.stringContaining("Flicker8k_Dataset"),
    });
    await rm(join(folder, layouts.flickr8k.captions));
    expect(await failure(openDataset(folder))).toMatchObject({
      code: "no_captions",
      message: expect.stringContaining("Flickr8k.token.txt"),
    });
  });
});

describe("an image's fingerprint", () => {
  test("depends on its content, not on its name", async () => {
    const folder = await writeDataset("flickr8k");
    const { train } = (await openDataset(folder)).splits;
    const path = join(folder, layouts.flickr8k.images, images[0] ?? "");
    const before = await train[0]?.fingerprint();
    expect(await train[1]?.fingerprint()).toBe(before);
    await writeFile(
      path,
      await sharp(await readFile(path))
        .negate()
        .jpeg()
        .toBuffer(),
    );
    expect(await train[0]?.fingerprint()).not.toBe(before);
  });
});

describe("an image that cannot be read", () => {
  test.each([
    ["truncated", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["empty", () => Buffer.alloc(0)],
    ["no image at all", () => Buffer.from("<html>not found</html>")],
  ])("because it is %s is named in one line", async (_, damage) => {
    const folder = await writeDataset("flickr8k");
    const path = join(folder, layouts.flickr8k.images, images[0] ?? "");
    await writeFile(path, damage(await readFile(path)));
    const { train } = (await openDataset(folder)).splits;
    const { code, message } = await failure(train[0]?.read() ?? Promise.resolve());
    expect(code).toBe("unreadable_image");
    expect(message).toContain(path);
    expect(message).not.toContain("\n");
  });

  test("because it is missing is named in the error", async () => {
    const folder = await writeDataset("flickr8k");
    const { train } = (await openDataset(folder)).splits;
    await cp(folder, `${folder}-moved`, { recursive: true });
    await rm(folder, { recursive: true });
    expect(await failure(train[0]?.read() ?? Promise.resolve())).toMatchObject({
      code: "unreadable_image",
      message: expect.stringContaining(images[0] ?? ""),
    });
  });
});
