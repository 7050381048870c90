import { describe, expect, test } from "vitest";
import { describeWording } from "../../../cli/evaluate/wording.ts";

const words = (caption: string) => caption.split(" ").filter(Boolean);

describe("the wording of captions", () => {
  const wording = describeWording(
    ["a dog runs on", "a dog runs", "a dog runs", "a cat sits with the"].map(words),
    [["a dog"], ["a big dog runs"], ["a dog runs", "it runs"], ["a cat"]].map((captions) =>
      captions.map(words),
    ),
    ["a dog runs", "a cat"].map(words),
  );

  test("counts different captions and words", () => {
    expect(wording.distinct).toEqual({ count: 3, share: 0.75 });
    expect(wording.words).toBe(8);
  });

  test("counts different words that a reference of the same image contains", () => {
    // "a", "dog", "runs" and "cat"; "sits" and "the" are in no reference of the last image.
    expect(wording.wordsInReferences).toBe(4);
    const swapped = describeWording(
      ["a dog", "a cat"].map(words),
      [["a cat"], ["a dog"]].map((captions) => captions.map(words)),
      [],
    );
    expect(swapped.wordsInReferences).toBe(1);
  });

  test("counts captions that are also training captions", () => {
    expect(wording.copied).toEqual({ count: 2, share: 0.5 });
  });

  test("counts captions that end in a preposition or an article", () => {
    expect(wording.unfinished).toEqual({ count: 2, share: 0.5 });
  });

  test("averages lengths over captions, and over all references", () => {
    expect(wording.meanLength).toBe((4 + 3 + 3 + 5) / 4);
    expect(wording.referenceMeanLength).toBe((2 + 4 + 3 + 2 + 2) / 5);
  });

  test("counts an empty caption as different from all others, and as finished", () => {
    const empty = describeWording([[], words("a dog")], [[words("a dog")], [[]]], []);
    expect(empty.distinct.count).toBe(2);
    expect(empty.unfinished.count).toBe(0);
  });

  test("accepts good endings", () => {
    const captions = ["a boy jumps off", "a dog looks up", "children play outside"].map(words);
    const references = captions.map((caption) => [caption]);
    expect(describeWording(captions, references, []).unfinished.count).toBe(0);
  });
});
