import { describe, expect, test } from "vitest";
import { humanCeiling } from "../../../cli/evaluate/human-ceiling.ts";
import { reportOn } from "../../../cli/evaluate/report.ts";
import { reportTable } from "../../../cli/evaluate/table.ts";
import { measure } from "../../../metrics/index.ts";

const words = (caption: string) => caption.split(" ");
const references = [
  ["a dog runs on the grass", "the dog is running", "a brown dog runs in a field"],
  ["a cat sits on a mat", "one cat on a red mat", "the cat sits"],
  ["two men wait for the bus", "men at a bus stop", "two people wait at the bus stop"],
].map((captions) => captions.map(words));
const candidates = ["a dog runs", "a cat sits on a red mat", "two men wait"].map(words);
const evaluation = {
  model: { name: "toy", version: "1.2.3" },
  dataset: "flickr8k",
  split: "validation",
  beam: 1,
};

describe("the human ceiling", () => {
  test("is the mean of scoring the first, second, ... reference against the others", () => {
    const rounds = [0, 1, 2].map((round) =>
      measure(
        references.map((ofImage) => ofImage[round] ?? []),
        references.map((ofImage) => ofImage.toSpliced(round, 1)),
      ),
    );
    const mean = rounds.reduce((sum, { corpus }) => sum + corpus["CIDEr-D"], 0) / 3;
    expect(humanCeiling(references)?.["CIDEr-D"]).toBeCloseTo(mean, 12);
  });

  test("is absent if an image has only one reference", () => {
    expect(humanCeiling([...references, [words("a bus")]])).toBeUndefined();
  });
});

describe("the report of an evaluation", () => {
  const report = reportOn(evaluation, { candidates, references, trainingCaptions: [] });

  test("contains each measure with its interval", () => {
    const { corpus } = measure(candidates, references);
    for (const [name, { value, low, high }] of Object.entries(report.measures)) {
      expect(value).toBe(corpus[name as keyof typeof corpus]);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    expect(report).toMatchObject({ ...evaluation, images: 3, references: 9 });
  });

  test("contains BLEU without the penalty for short captions", () => {
    const [bleu1] = report.bleuWithoutBrevityPenalty;
    // 13 words, all of them in a reference, against references of 14 words.
    expect(bleu1?.value).toBeCloseTo(1, 7);
    expect(report.measures["BLEU-1"].value).toBeLessThan(bleu1?.value ?? 0);
    expect(report.bleuWithoutBrevityPenalty).toHaveLength(4);
    for (const { value, low, high } of report.bleuWithoutBrevityPenalty) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    // Every word of every image is right: without the penalty no sample can be worse.
    expect(bleu1?.low).toBeCloseTo(1, 7);
  });

  test("survives serialisation as JSON", () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test("is printed with all its figures", () => {
    const table = reportTable(report);
    expect(table).toContain(
      "toy 1.2.3, greedy search, flickr8k validation: 3 images, 9 references",
    );
    expect(table).toContain("95 % interval");
    for (const { value } of Object.values(report.measures)) {
      expect(table).toContain(value.toFixed(4));
    }
    expect(table).toContain(report.human?.["CIDEr-D"].toFixed(4));
    expect(table).toMatch(/different captions +3 \(100\.0 %\)/);
  });

  test("names the beam", () => {
    expect(reportTable({ ...report, beam: 5 })).toContain("beam search of 5");
  });
});
