import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Caption, type Measures, measure } from "../../metrics/index.ts";

interface Expected extends Readonly<Record<string, unknown>> {
  readonly perImage: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const TOLERANCE = 1e-6;

/** Values of the reference implementation (coco-caption), at full precision. */
describe.each(["generated-40", "single-image"])("%s agrees with coco-caption", (name) => {
  const { ids, measures, expected } = readTrio(name);

  test.each(["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr-D"] as const)(
    "%s of the corpus",
    (measureName) => {
      expect(expected[measureName]).toBeTypeOf("number");
      expect(distance(measures.corpus[measureName], expected[measureName])).toBeLessThan(TOLERANCE);
    },
  );

  test("BLEU-4, ROUGE-L and CIDEr-D of every image", () => {
    expect(Object.keys(expected.perImage)).toHaveLength(ids.length);
    for (const [index, id] of ids.entries()) {
      const image = expected.perImage[id];
      expect(distance(measures.bleu.perImage[index]?.[3], image?.["BLEU-4"])).toBeLessThan(
        TOLERANCE,
      );
      expect(distance(measures.rougeL.perImage[index], image?.["ROUGE-L"])).toBeLessThan(TOLERANCE);
      expect(distance(measures.cider.perImage[index], image?.["CIDEr-D"])).toBeLessThan(TOLERANCE);
    }
  });
});

/** Returns `|value - expected|`; NaN, which fails every comparison, unless both are numbers. */
function distance(value: unknown, expected: unknown): number {
  return Math.abs(Number(value) - Number(expected));
}

function readTrio(name: string): { ids: string[]; measures: Measures; expected: Expected } {
  const annotations: { image_id: number; caption: string }[] = read(name, "references").annotations;
  const results: { image_id: number; caption: string }[] = read(name, "results");
  const words = (caption: string): Caption => caption.split(" ");
  return {
    ids: results.map((result) => String(result.image_id)),
    measures: measure(
      results.map((result) => words(result.caption)),
      results.map((result) =>
        annotations
          .filter((annotation) => annotation.image_id === result.image_id)
          .map((annotation) => words(annotation.caption)),
      ),
    ),
    expected: read(name, "expected"),
  };
}

function read(name: string, part: string) {
  const url = new URL(`../fixtures/metrics/${name}.${part}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}
