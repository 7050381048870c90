/** Signs of a caption that is not text; the first match is the reason. */
const SIGNS: readonly (readonly [reason: string, pattern: RegExp])[] = [
  // U+FFFD replaces bytes that are not UTF-8.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
  ["control characters", /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd]/],
  ["HTML", /<\/?[a-z][^<>]*>|&(?:[a-z]+|#\d+|#x[0-9a-f]+);/i],
  ["a web address", /\b(?:https?:\/\/|www\.)\S|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b/i],
  ["a file's name", /\.(?:jpe?g|png|gif|webp|tiff?)\b/i],
];

/** Smallest share of letters among the characters other than spaces. */
const MINIMUM_LETTER_SHARE = 0.5;

/** Returns why a caption is not text; undefined if it is. */
export function nonTextReason(caption: string): string | undefined {
  const sign = SIGNS.find(([, pattern]) => pattern.test(caption));
  if (sign) return sign[0];
  const characters = caption.replace(/\s/g, "").length;
  const letters = caption.match(/[\p{L}\p{M}]/gu)?.length ?? 0;
  return letters < MINIMUM_LETTER_SHARE * characters ? "mostly digits and symbols" : undefined;
}
