import { describe, expect, test } from "vitest";
import { captionWords } from "../../datasets/captions.ts";

describe("the words of a caption", () => {
  test("are those of the measures: lower case, tokenised, without punctuation", () => {
    expect(captionWords('A man\'s dog jumps, "high"!  Over two logs .')).toEqual([
      "a",
      "man",
      "'s",
      "dog",
      "jumps",
      "high",
      "over",
      "two",
      "logs",
    ]);
    expect(captionWords(" . ")).toEqual([]);
  });
});
