import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRun as readForConversion } from "../../convert/run.ts";
import { measure } from "../../metrics/index.ts";
import { compareRuns, openRuns } from "../../run-files/compare/index.ts";
import { comparisonTable } from "../../run-files/compare/table.ts";
import { readResumableConfig } from "../../run-files/config.ts";
import { writeReport } from "../../run-files/report/index.ts";
import { readRun } from "../../run-files/run-record.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { drawnCaptions, writeRun, writeRunOfSets } from "./compare/run-folders.ts";

const runIn = (name: string) => {
  const path = join(temporaryFolder(), name);
  mkdirSync(path);
  return path;
};

const captions = {
  flickr8k: drawnCaptions(40, 0.7, 1),
  coco: drawnCaptions(30, 0.4, 2),
};

describe("a run of several data sets", () => {
  test("is measured set by set, with the document frequencies of each", async () => {
    const { validation } = await readRun(await writeRunOfSets(runIn("run"), captions));
    for (const [name, { candidates, references, ids }] of Object.entries(captions)) {
      const set = validation?.sets.find((each) => each.name === name);
      expect(set?.measures.corpus).toEqual(measure(candidates, references).corpus);
      expect(set?.ids).toEqual(ids);
    }
    expect(validation?.ids[0]).toBe("flickr8k/0.jpg");
    expect(validation?.scores).toHaveLength(70);
  });

  test("gives a manifest a measure for each set and split, and the sets with their weights", async () => {
    const { about } = await readForConversion((await writeRunOfSets(runIn("run"), captions)).path);
    expect(about.metrics.map(({ dataset, split, images }) => [dataset, split, images])).toEqual([
      ["flickr8k", "validation", 40],
      ["coco", "validation", 30],
      ["flickr8k", "train-1000", 1000],
      ["coco", "train-1000", 1000],
    ]);
    expect(about.provenance.sets).toEqual([
      { name: "flickr8k", images: 100, captions: 500, weight: 1 },
      { name: "coco", images: 100, captions: 500, weight: 2 },
    ]);
    expect(about.defaultStyle).toBe("coco");
    expect(about.provenance.backbone.fineTuned).toBe(true);
  });

  test("gives a manifest the best epoch's measures of each set before it is finished", async () => {
    const folder = await writeRunOfSets(runIn("run"), captions, { finished: false });
    const { about } = await readForConversion(folder.path);
    expect(about.metrics.map(({ dataset, split, images }) => [dataset, split, images])).toEqual([
      ["flickr8k", "validation", 40],
      ["coco", "validation", 30],
    ]);
  });

  test("has a report with the figures of each set", async () => {
    const folder = await writeRunOfSets(runIn("run"), captions);
    await writeReport(folder);
    const page = readFileSync(folder.report, "utf8");
    expect(page).toContain('aria-label="Measures of each data set"');
    expect(page).toContain("CIDEr-D of each data set");
    expect(page).toContain('<th scope="row">coco</th><td class="number">2</td>');
  });

  test("is compared set by set with another, and with a run of one of the sets", async () => {
    const better = { ...captions, coco: drawnCaptions(30, 0.9, 3) };
    const folders = [
      await writeRunOfSets(runIn("both"), captions),
      await writeRunOfSets(runIn("better"), better),
      await writeRun(runIn("single"), {}, captions.flickr8k),
    ];
    const comparison = compareRuns(await openRuns(folders.map(({ path }) => path)));
    const [, second, third] = comparison.runs;
    const [flickr8k, coco] = second?.sets ?? [];
    expect(flickr8k?.difference?.["CIDEr-D"].difference).toBe(0);
    expect(coco?.difference?.["CIDEr-D"].interval.low).toBeGreaterThan(0);
    expect(third?.sets).toMatchObject([{ name: "flickr8k", difference: { "CIDEr-D": {} } }]);
    const table = comparisonTable(comparison);
    expect(table).toContain("\nflickr8k (40 images)\n");
    expect(table).toContain("\ncoco (30 images)\n");
    expect(table).toMatch(/mean of the data sets\n {2}CIDEr-D /);
  });
});

test("more than four runs are compared in rows", async () => {
  const paths: string[] = [];
  for (const [index, dropout] of [0.1, 0.2, 0.3, 0.4, 0.5].entries()) {
    const captions = drawnCaptions(20, 0.5, index);
    paths.push((await writeRun(runIn(`run-${index}`), { dropout }, captions)).path);
  }
  const lines = comparisonTable(compareRuns(await openRuns(paths))).split("\n");
  expect(lines).toContain("  run-3  dropout 0.4");
  expect(lines.filter((line) => /^ {2}run-\d +frozen 2 +\d\.\d{3}/.test(line))).toHaveLength(5);
});

describe("a run of an older version, which knew one data set and no styles", () => {
  test("cannot be resumed, and the reason is one sentence", async () => {
    const folder = await writeRun(runIn("old"), {}, drawnCaptions(4, 0.5, 1));
    await expect(readResumableConfig(folder)).rejects.toMatchObject({
      code: "run_outdated",
      message: expect.stringContaining("was begun by an older version"),
    });
  });

  test("is still reported on, compared and converted", async () => {
    const folder = await writeRun(runIn("old"), {}, drawnCaptions(4, 0.5, 1));
    expect(await writeReport(folder)).toBe(folder.report);
    expect(compareRuns(await openRuns([folder.path])).runs[0]?.finished).toBe(true);
    const { about } = await readForConversion(folder.path);
    expect(about.provenance).toMatchObject({ dataset: "flickr8k", epochs: 2 });
    expect(about.provenance).not.toHaveProperty("sets");
    expect(about.metrics.map(({ dataset, split }) => [dataset, split])).toEqual([
      ["flickr8k", "validation"],
      ["flickr8k", "train-1000"],
    ]);
  });
});
