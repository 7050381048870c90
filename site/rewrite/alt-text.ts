/** Quotes, markup, and everything that is not printable ASCII. */
const UNSAFE = /[&<>"'`]|[^ -~]/gu;

/**
 * Writes a text as the value of an attribute that means the same in every charset: what is not
 * printable ASCII becomes a character reference. Runs of whitespace and control characters become
 * one space.
 */
export function encodeAlt(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return line.replace(UNSAFE, (character) => `&#${character.codePointAt(0)};`);
}
