import type { Finding } from "../inspection.ts";
import type { Survey } from "../survey.ts";
import { finding } from "./finding.ts";

/** Reports the words that occur once, each with its caption. */
export function wordsOnce({ counts, firstUse }: Survey): Finding {
  const once = [...counts].filter(([, count]) => count === 1);
  const examples = once.map(([word]) => {
    const use = firstUse.get(word);
    return { text: word, note: use?.caption ?? "", images: use ? [use.image] : [] };
  });
  return finding("word_once", examples, { of: counts.size });
}
