import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { neutralCaption } from "../../../core/neutral/caption.ts";
import { neutralise } from "../../../core/neutral/index.ts";
import { writeSentence } from "../../../core/vocabulary.ts";

const wordsOf = (caption: string) => caption.toLowerCase().replace(/\.$/, "").split(" ");
const neutralOf = (caption: string) =>
  writeSentence(neutralise(wordsOf(caption)).map(({ word }) => word));

describe("a neutral caption", () => {
  test.each([
    ["a man and a woman are sitting", "Two people are sitting."],
    ["a man and woman sit", "Two people sit."],
    ["the man and the woman", "The two people."],
    ["men and women", "People."],
    ["a group of men and women are standing", "A group of people are standing."],
    ["two men and a woman is walking", "Three people are walking."],
    ["two boys and two girls", "Four children."],
    ["a boy and a girl with her dog", "Two children with their dog."],
    ["a man a woman and a child", "Two people and a child."],
    ["a young man and a young woman", "Two young people."],
    ["two young men and women", "Two young people."],
    ["a young boy and a girl", "A young child and another child."],
    ["an old man and a young boy", "An old person and a young child."],
    ["a man in a hat and a woman in a coat", "A person in a hat and another person in a coat."],
    ["a man holding a woman", "A person holding another person."],
    ["a boy and a child", "A child and another child."],
    ["a mother and her daughter", "A parent and their child."],
    ["a man and his wife", "A person and their spouse."],
    ["the bride and groom are standing", "The two newlyweds are standing."],
    ["a girl with her hair behind her", "A child with their hair behind them."],
    ["a boy is jumping as he kicks and runs", "A child is jumping as they kick and run."],
    ["a woman who is watching as she carries him", "A person who is watching as they carry them."],
    ["he 's looking at himself", "They're looking at themselves."],
    ["a man 's dog", "A person's dog."],
    ["a female athlete jumps", "An athlete jumps."],
    ["a male in a hat and a female walking", "A person in a hat and another person walking."],
    ["an elderly woman", "An elderly person."],
    ["a teenage girl and two baby boys", "A teenager and two babies."],
    ["a policeman and a fireman", "An officer and a firefighter."],
    ["a cowboy in a cowboy hat rides a horse", "A rider in a cowboy hat rides a horse."],
    ["a dog is chasing a black and white dog", "A dog is chasing a black and white dog."],
    ["", ""],
  ])("of %j is %j", (caption, expected) => {
    expect(neutralOf(caption)).toBe(expected);
  });

  test("has the sums of log-probabilities and the means of attention of the words it replaces", () => {
    const caption = {
      tokens: ["a", "man", "and", "a", "woman", "sit"],
      tokenLogProbabilities: [-1, -2, -4, -8, -16, -32, -64],
      attention: [0, 1, 2, 4, 3, 5].map((weight) => Float32Array.of(weight, 1)),
    };
    expect(neutralCaption(caption)).toEqual({
      tokens: ["two", "people", "sit"],
      tokenLogProbabilities: [-13, -18, -32, -64],
      attention: [2, 2, 5].map((weight) => Float32Array.of(weight, 1)),
    });
  });
});

/** Captions that the released model wrote for photographs, each with a gendered word. */
const captions = readFileSync(join(import.meta.dirname, "captions.txt"), "utf8")
  .trim()
  .split("\n");

const GENDERED =
  /\b(man|men|wom[ae]n|boys?|girls?|guys?|lad(y|ies)|males?|females?|he|she|his|her|him|hers|himself|herself|mother|father|son|daughter|brother|sister|bride|groom|gentleman|policeman|cowboy)\b/;
const COUNTS = "two|three|four|five|six|seven|eight|nine|ten|several|many|some";

/** Each rule finds a mistake of grammar. */
const MISTAKES: Readonly<Record<string, RegExp>> = {
  "a gendered word": GENDERED,
  "an article before a plural": /\b(a|an|another|one) (\w+ )?(people|children|babies|teenagers)\b/,
  "a number before a singular": new RegExp(
    `\\b(${COUNTS}) ((little|young|old|small) )?(person|child|parent|sibling|baby)\\b`,
  ),
  "a plural with a singular verb": /\b(people|children|they) (is|was|has|does|jumps|runs|sits)\b/,
  "a singular with a plural verb":
    /^(a|an|another|the) ((little|young|old) )?(person|child) (are|were|have)\b/,
  "a wrong article": /\ba [aeio]\w+|\ban [^aeiouh ]/,
  "the same word twice": /\b(\w+) \1\b/,
  "two determiners": /\b(a|an|the|their|another) (a|an|the|their|another|two|three)\b/,
  "the same people named twice": /\b(a|an) person and a person\b|\ba child and a child\b/,
};

describe("of the model's own captions", () => {
  test("there are a few hundred, all different", () => {
    expect(new Set(captions).size).toBe(captions.length);
    expect(captions.length).toBeGreaterThan(300);
    for (const caption of captions) expect(caption.toLowerCase()).toMatch(GENDERED);
  });

  test.each(Object.entries(MISTAKES))("none has %s when it is neutral", (_, mistake) => {
    const wrong = captions
      .filter((caption) => mistake === GENDERED || !mistake.test(caption.toLowerCase()))
      .map(neutralOf)
      .filter((neutral) => mistake.test(neutral.toLowerCase()));
    expect(wrong).toEqual([]);
  });

  test("every word stands for some of the model's, and every one of those is in one of them", () => {
    for (const caption of captions) {
      const words = wordsOf(caption);
      const indices = neutralise(words).flatMap(({ from }) => from);
      expect(indices.toSorted((a, b) => a - b)).toEqual(words.map((_, index) => index));
    }
  });

  test("a neutral caption is left as it is", () => {
    for (const caption of captions.map(neutralOf)) expect(neutralOf(caption)).toBe(caption);
  });
});
