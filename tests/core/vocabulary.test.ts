import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { specialTokens, Vocabulary, writeSentence } from "../../core/vocabulary.ts";

const captions = [
  ["a", "dog", "runs"],
  ["a", "dog", "sits"],
  ["a", "cat", "sits"],
];

describe("a vocabulary", () => {
  test("has the frequent words, the most frequent first, equal ones alphabetically", () => {
    const { tokens } = Vocabulary.count(captions, 1);
    expect(tokens.slice(0, 4)).toEqual(["<pad>", "<start>", "<end>", "<unknown>"]);
    expect(tokens.slice(4)).toEqual(["a", "dog", "sits", "cat", "runs"]);
    expect(Vocabulary.count(captions, 2).tokens.slice(4)).toEqual(["a", "dog", "sits"]);
  });

  test("does not depend on the order of the captions", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(captions, { minLength: 3 }), (shuffled) => {
        expect(Vocabulary.count(shuffled, 1).tokens).toEqual(Vocabulary.count(captions, 1).tokens);
      }),
    );
  });

  test("maps known words to ids and back, and all others to unknown", () => {
    const vocabulary = Vocabulary.count(captions, 2);
    const ids = vocabulary.encode(["a", "zebra", "sits"]);
    expect(ids.map((id) => vocabulary.word(id))).toEqual(["a", "<unknown>", "sits"]);
    expect(ids[1]).toBe(specialTokens.unknown);
    expect(vocabulary.word(1000)).toBe("<unknown>");
  });

  test("is parsed from its tokens", () => {
    const { tokens } = Vocabulary.count(captions, 1);
    expect(Vocabulary.parse(JSON.parse(JSON.stringify(tokens))).tokens).toEqual(tokens);
  });

  test.each([
    ["not a list", { a: 1 }],
    ["special tokens in another order", ["<start>", "<pad>", "<end>", "<unknown>", "a"]],
    ["a word twice", ["<pad>", "<start>", "<end>", "<unknown>", "a", "a"]],
    ["an empty word", ["<pad>", "<start>", "<end>", "<unknown>", ""]],
    ["no word at all", ["<pad>", "<start>", "<end>", "<unknown>"]],
  ])("refuses %s", (_, json) => {
    expect(() => Vocabulary.parse(json)).toThrow(
      expect.objectContaining({ code: "invalid_vocabulary" }),
    );
  });

  test("cannot be built without a frequent word", () => {
    expect(() => Vocabulary.count(captions, 4)).toThrow(
      expect.objectContaining({ code: "empty_vocabulary" }),
    );
  });

  test("forbids padding, start and unknown in captions, but not the end", () => {
    const { unspeakableTokens } = Vocabulary.count(captions, 1);
    expect([...unspeakableTokens].sort()).toEqual(
      [specialTokens.pad, specialTokens.start, specialTokens.unknown].sort(),
    );
  });

  test("has start tokens of styles, which are forbidden in captions", () => {
    const styled = Vocabulary.count(captions, 1, ["flickr8k", "coco"]);
    const read = Vocabulary.parse([...styled.tokens]);
    expect(read.styles).toEqual(["flickr8k", "coco"]);
    expect(read.word(read.startToken("coco"))).toBe("<style:coco>");
    expect(read.unspeakableTokens).toContain(read.startToken("coco"));
    expect(read.startToken()).toBe(specialTokens.start);
    expect(read.encode(["a"])).toEqual([6]);
  });

  test("refuses an unknown style and lists the known ones", () => {
    const styled = Vocabulary.count(captions, 1, ["flickr8k", "coco"]);
    expect(() => styled.startToken("poem")).toThrow(/"poem".*flickr8k, coco/);
    expect(() => Vocabulary.count(captions, 1).startToken("coco")).toThrow(
      expect.objectContaining({ code: "unknown_style" }),
    );
  });
});

describe("a sentence", () => {
  test.each([
    [["a", "dog", "runs"], "A dog runs."],
    [["the", "dog", "'s", "ball"], "The dog's ball."],
    [["he", "is", "n't", "here"], "He isn't here."],
    [["they", "'ll", "jump"], "They'll jump."],
    [["boys", "'", "toys"], "Boys' toys."],
    [["100", "%", "cotton"], "100% cotton."],
    [["dog"], "Dog."],
    [[], ""],
    [["élan", "vital"], "Élan vital."],
  ])("is written of %j", (words, sentence) => {
    expect(writeSentence(words)).toBe(sentence);
  });
});
