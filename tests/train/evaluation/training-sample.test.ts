import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRun } from "../../../convert/run.ts";
import { trainingSample } from "../../../train/evaluation/training-sample.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { nativeTest } from "../../support/tensorflow.ts";
import { train } from "../command.ts";

async function measures(run: string) {
  const lines = (await readFile(join(run, "log.jsonl"), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "measure");
}

describe("the training images that a run is measured on at its end", () => {
  test("are 1,000, each once, the same for the same seed", () => {
    const sample = trainingSample(1, 6000);
    expect(new Set(sample).size).toBe(1000);
    expect(Math.max(...sample)).toBeLessThan(6000);
    expect(trainingSample(1, 6000)).toEqual(sample);
    expect(trainingSample(2, 6000)).not.toEqual(sample);
  });

  test("are all images where there are fewer", () => {
    expect(trainingSample(1, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  nativeTest(
    "are captioned, and their measures go into the bundle's manifest",
    async () => {
      const out = join(temporaryFolder(), "run");
      const small = ["--synthetic-images", "60", "--fine-tune", "2", "--units", "8"];
      const { stdout } = await train(...small, "--cache", join(out, "cache"), "--out", out);
      expect(stdout).toMatch(
        /^synthetic: CIDEr-D of 60 training images \d\.\d{4}, of the validation images/m,
      );
      const [validation, training] = await measures(out);
      expect(validation).toMatchObject({ split: "validation", images: 100 });
      expect(training).toMatchObject({ split: "train-60", images: 60 });
      const { about } = await readRun(out);
      expect(about.metrics).toMatchObject([
        { split: "validation", values: validation.values },
        { split: "train-60", images: 60, decoding: "greedy", values: training.values },
      ]);
    },
    120_000,
  );
});
