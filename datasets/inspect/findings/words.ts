import type { Example, Finding } from "../inspection.ts";
import { checkSpelling } from "../spelling.ts";
import type { Survey } from "../survey.ts";
import { finding } from "./finding.ts";

/** What is noticed about single words; spelling, where the captions are in English. */
export function wordFindings(
  { counts, firstUse }: Survey,
  language: string | undefined,
): Finding[] {
  const of = counts.size;
  const example = (word: string, note: string): Example => {
    const use = firstUse.get(word);
    return { text: word, note, images: use ? [use.image] : [] };
  };
  const once = [...counts].filter(([, count]) => count === 1).map(([word]) => word);
  const found = [
    finding(
      "word_once",
      once.map((word) => example(word, firstUse.get(word)?.caption ?? "")),
      { of },
    ),
  ];
  if (language !== "en") return found;
  const { misspellings, unknown } = checkSpelling(counts);
  return [
    ...found,
    finding(
      "misspelling",
      misspellings.map(({ word, count, meant, meantCount }) =>
        example(word, `${count} x, ${meant}? ${meantCount} x`),
      ),
      { of },
    ),
    finding(
      "unknown_word",
      unknown.map(({ word, count }) => example(word, `${count} x`)),
      { of },
    ),
  ];
}
