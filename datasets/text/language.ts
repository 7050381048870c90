/**
 * Which captions are in another language than most.
 *
 * A detector made for sentences errs on captions, which are short: on the 35,455 English ones of
 * Flickr8k, franc takes 20,152 and tinyld 3,649 for something else, ELD 28. What ELD takes a caption
 * for counts only if it is clearly likelier than the main language: of those 28 no caption is nearer
 * to another language than 0.084, and of 36 short captions in 16 other languages the nearest to
 * English is at 0.108.
 *
 * @module
 */
const clearly = 0.1;

/** Enough captions to know what most of them are in. */
const sampleSize = 1000;

export interface LanguageDetector {
  /** The language that most captions are in, as ISO 639-1 code; nothing where none is detected. */
  main(captions: readonly string[]): string | undefined;
  /** The language of a caption that is clearly not in the main one. */
  other(caption: string, main: string): string | undefined;
}

/** Loads what is known of languages, 4 MB. */
export async function loadLanguageDetector(): Promise<LanguageDetector> {
  const { eld } = await import("eld/large");
  return {
    main(captions) {
      const step = Math.max(1, Math.floor(captions.length / sampleSize));
      const counts = new Map<string, number>();
      for (let index = 0; index < captions.length; index += step) {
        const { language } = eld.detect(captions[index] ?? "");
        if (language !== "") counts.set(language, (counts.get(language) ?? 0) + 1);
      }
      return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
    },
    other(caption, main) {
      const detected = eld.detect(caption);
      if (detected.language === "" || detected.language === main) return undefined;
      const scores = detected.getScores();
      const lead = (scores[detected.language] ?? 0) - (scores[main] ?? 0);
      return lead >= clearly ? detected.language : undefined;
    },
  };
}
