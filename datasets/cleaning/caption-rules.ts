import { captionWords } from "../captions.ts";
import type { CaptionedImage } from "../dataset.ts";
import type { CleaningOptions } from "../options.ts";
import { loadLanguageDetector } from "../text/language.ts";
import { nonTextReason } from "../text/non-text.ts";
import type { RuleName } from "./rules.ts";

/** Returns whether a caption is left out. */
type Unwanted = (caption: string) => boolean;

/** Prepares a rule for the images that it is applied to. */
export async function unwantedCaptions(
  rule: RuleName,
  images: readonly CaptionedImage[],
  { minimumWords = 0, maximumWords = 0, maximumRepeats = 0 }: CleaningOptions,
): Promise<Unwanted> {
  switch (rule) {
    case "minimumWords":
      return (caption) => captionWords(caption).length < minimumWords;
    case "maximumWords":
      return (caption) => captionWords(caption).length > maximumWords;
    case "dropNonText":
      return (caption) => nonTextReason(caption) !== undefined;
    case "dropOtherLanguages":
      return otherLanguage(images);
    case "maximumRepeats": {
      const repeats = imagesByCaption(images);
      return (caption) => (repeats.get(sameCaption(caption))?.length ?? 0) > maximumRepeats;
    }
    default:
      return () => false;
  }
}

async function otherLanguage(images: readonly CaptionedImage[]): Promise<Unwanted> {
  const detector = await loadLanguageDetector();
  const main = detector.main(images.flatMap(({ captions }) => captions));
  return (caption) => main !== undefined && detector.other(caption, main) !== undefined;
}

/** Returns the key of a caption; captions that a captioner cannot tell apart have the same key. */
function sameCaption(caption: string): string {
  return captionWords(caption).join(" ");
}

/** Groups the images by the words of their captions; each image once. */
function imagesByCaption(
  images: readonly CaptionedImage[],
): ReadonlyMap<string, readonly CaptionedImage[]> {
  const found = new Map<string, CaptionedImage[]>();
  for (const image of images) {
    for (const words of new Set(image.captions.map(sameCaption))) {
      const ofCaption = found.get(words);
      if (ofCaption) ofCaption.push(image);
      else found.set(words, [image]);
    }
  }
  return found;
}
