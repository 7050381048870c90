/** Why a caption is not what a person would say of a picture; the first that applies. */
const signs: readonly (readonly [reason: string, pattern: RegExp])[] = [
  // U+FFFD stands where bytes were no UTF-8.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  ["control characters", /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd]/],
  ["HTML", /<\/?[a-z][^<>]*>|&(?:[a-z]+|#\d+|#x[0-9a-f]+);/i],
  ["a web address", /\b(?:https?:\/\/|www\.)\S|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b/i],
  ["a file's name", /\.(?:jpe?g|png|gif|webp|tiff?)\b/i],
];

/** Of the characters that are not spaces, letters should be at least this share. */
const letterShare = 0.5;

/** Says why a caption is no text; nothing, if it is. */
export function nonTextReason(caption: string): string | undefined {
  const sign = signs.find(([, pattern]) => pattern.test(caption));
  if (sign) return sign[0];
  const characters = caption.replace(/\s/g, "").length;
  const letters = caption.match(/[\p{L}\p{M}]/gu)?.length ?? 0;
  return letters < letterShare * characters ? "mostly digits and symbols" : undefined;
}
