import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { trainOptionsSchema } from "../../run-files/options.ts";
import { jsonLines, photo, writeFolder } from "../datasets/support.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { tf } from "../support/tensorflow.ts";

const main = new URL("../../cli/train.ts", import.meta.url).pathname;
const shared = sharedFolder();
const data = join(shared, "data");
const run = join(shared, "run");

function train(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Six pictures with two captions each; one is there twice, one caption is too short. */
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

/** The smallest network that has a grid. @returns the path of its model.json. */
async function writeBackbone(): Promise<string> {
  const input = tf.input({ shape: [8, 8, 3] });
  const grid = tf.layers.conv2d({ name: "grid", filters: 3, kernelSize: 3, strides: 2 });
  const model = tf.model({ inputs: input, outputs: grid.apply(input) as tfTypes.SymbolicTensor });
  const path = join(shared, "model.json");
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      await writeFile(join(shared, "weights.bin"), new Uint8Array(weightData as ArrayBuffer));
      const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
      await writeFile(path, JSON.stringify({ modelTopology, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  return path;
}

describe("a run on cleaned data", () => {
  let printed: Awaited<ReturnType<typeof train>>;

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

  test("says what was found and what each rule left out", () => {
    expect(printed).toMatchObject({ status: 0 });
    expect(printed.stdout).toContain("layout folder; captions in captions.jsonl; 6 images");
    expect(printed.stdout).toContain(
      "left out by --drop-duplicates exact: captions 2, whole images 1",
    );
    expect(printed.stdout).toContain("left out by --minimum-words 2: captions 1, whole images 0");
  });

  test("records it in its configuration and in its log", async () => {
    const { dataset, options } = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
    expect(dataset).toMatchObject({ images: 3, captions: 5, cleaning: expected });
    expect(options).toMatchObject({ dropDuplicates: "exact", minimumWords: 2 });
    const [first = ""] = (await readFile(join(run, "log.jsonl"), "utf8")).split("\n");
    expect(JSON.parse(first)).toMatchObject({ event: "start", images: 3, cleaning: expected });
    expect(await readFile(join(run, "report.html"), "utf8")).toContain("--drop-duplicates exact");
  });

  test("goes on with the same data, and with no other", async () => {
    expect(await train("--resume", run)).toMatchObject({ status: 0 });
    await rm(join(data, "copy.jpg"));
    const { status, stderr } = await train("--resume", run);
    expect(status).toBe(1);
    expect(stderr).toMatch(/\[run_changed\]/);
  }, 120_000);
});

test("a run of an older version, whose options know of no rules, is trained on all of its data", () => {
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
