import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { trainOptionsSchema } from "../../run-files/options.ts";
import { jsonLines, photo, writeFolder } from "../datasets/support.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { tf } from "../support/tensorflow.ts";
import { type Ended, train } from "./command.ts";
import { saveModel } from "./saved-model.ts";

const shared = sharedFolder();
const data = join(shared, "data");
const run = join(shared, "run");

/** Writes six images with two captions each; two are the same file, and one caption is too short. */
async function writeData(): Promise<void> {
  const same = await photo(1, 24, 24);
  const files: Record<string, Uint8Array> = { "a.jpg": same, "copy.jpg": same };
  for (const [index, name] of ["b", "c", "v", "w"].entries()) {
    files[`${name}.jpg`] = await photo(index + 2, 24, 24);
  }
  const rows = Object.keys(files).map((image) => ({
    image,
    captions: ["a dog runs over the grass", image === "b.jpg" ? "dog" : "a cat sits on a mat"],
    split: ["v.jpg", "w.jpg"].includes(image) ? "validation" : "train",
  }));
  await writeFolder({ ...files, "captions.jsonl": jsonLines(rows) }, data);
}

/** Saves the smallest backbone that has a grid. @returns the path of its model.json. */
function writeBackbone(): Promise<string> {
  const input = tf.input({ shape: [8, 8, 3] });
  const grid = tf.layers.conv2d({ name: "grid", filters: 3, kernelSize: 3, strides: 2 });
  const outputs = grid.apply(input) as tfTypes.SymbolicTensor;
  return saveModel(tf.model({ inputs: input, outputs }), join(shared, "backbone"));
}

describe("a run on cleaned data", () => {
  let printed: Ended;

  beforeAll(async () => {
    await writeData();
    const sizes = ["--units", "4", "--embedding-size", "4", "--feature-size", "4"];
    const stages = ["--attention-size", "4", "--epochs", "1", "--minimum-count", "1"];
    const rules = ["--drop-duplicates", "exact", "--minimum-words", "2"];
    const places = ["--out", run, "--cache", join(shared, "cache")];
    printed = await train(
      ...["--dataset", data, "--backbone", await writeBackbone()],
      ...[...sizes, ...stages, ...rules, ...places],
    );
  }, 120_000);

  const expected = [
    { rule: "--drop-duplicates exact", images: 1, captions: 2, example: expect.any(String) },
    { rule: "--minimum-words 2", images: 0, captions: 1, example: "b.jpg: dog" },
  ];

  test("prints what it found and what each rule left out", () => {
    expect(printed).toMatchObject({ status: 0 });
    expect(printed.stdout).toContain("layout folder; captions in captions.jsonl; 6 images");
    expect(printed.stdout).toContain(
      "left out by --drop-duplicates exact: captions 2, whole images 1",
    );
    expect(printed.stdout).toContain("left out by --minimum-words 2: captions 1, whole images 0");
  });

  test("records the same in its configuration, its log and its report", async () => {
    const { dataset, options } = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
    expect(dataset).toMatchObject({ images: 3, captions: 5, cleaning: expected });
    expect(options).toMatchObject({ dropDuplicates: "exact", minimumWords: 2 });
    const [first = ""] = (await readFile(join(run, "log.jsonl"), "utf8")).split("\n");
    expect(JSON.parse(first)).toMatchObject({ event: "start", images: 3, cleaning: expected });
    expect(await readFile(join(run, "report.html"), "utf8")).toContain("--drop-duplicates exact");
  });

  test("is resumed with the same data only", async () => {
    expect(await train("--resume", run)).toMatchObject({ status: 0 });
    await rm(join(data, "copy.jpg"));
    const { status, stderr } = await train("--resume", run);
    expect(status).toBe(1);
    expect(stderr).toMatch(/\[run_changed\]/);
  }, 120_000);
});

test("a run of an older version, without options of cleaning, is trained on all of its data", () => {
  const { dropUnreadable, dropDuplicates, dropShared, minimumWords, format } =
    trainOptionsSchema.parse({ dataset: "data/flickr8k", out: "runs/a", seed: 1 });
  expect({ dropUnreadable, dropDuplicates, dropShared, minimumWords, format }).toEqual({
    dropUnreadable: false,
    dropDuplicates: "none",
    dropShared: "none",
    minimumWords: undefined,
    format: undefined,
  });
});
