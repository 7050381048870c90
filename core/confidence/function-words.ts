/** Words that hold a sentence together: a decoder is sure of them, whatever the image shows. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  [
    "a an the his her its their",
    "is are be being am",
    "and while",
    "in on of to with at for from through into over by up down",
    "it",
  ]
    .join(" ")
    .split(" "),
);

/** Returns whether a word, in lower case, only holds a sentence together. */
export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word);
}
