import fc from "fast-check";

const vocabulary = ["a", "the", "dog", "cat", "runs", "sits", "on", "grass", "red", "ball"];

/** Captions of few words, so that n-grams of every order meet. */
export const anyCaption = fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 12 });

/** An image: its candidate and one to five references. */
export const anyImage = fc.record({
  candidate: anyCaption,
  references: fc.array(anyCaption, { minLength: 1, maxLength: 5 }),
});

export const anyImages = fc.array(anyImage, { minLength: 1, maxLength: 8 });

/** The words of a sentence. */
export function words(sentence: string): string[] {
  return sentence.split(" ").filter((word) => word !== "");
}
