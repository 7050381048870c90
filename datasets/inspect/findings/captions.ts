import type { LanguageDetector } from "../../text/language.ts";
import { nonTextReason } from "../../text/non-text.ts";
import type { Example, Finding } from "../inspection.ts";
import type { Survey, SurveyedCaption } from "../survey.ts";
import { finding } from "./finding.ts";

/** Images that are named for a caption that many have. */
const NAMED_IMAGES = 5;

/** Bounds beyond which a caption is reported as short or long, in words. */
export interface NoticedLengths {
  readonly minimumWords: number;
  readonly maximumWords: number;
}

/** Reports faulty captions, and captions that several images have. */
export function captionFindings(
  { captions, repeated }: Survey,
  { minimumWords, maximumWords }: NoticedLengths,
  languages: { readonly detector: LanguageDetector; readonly main: string | undefined },
): Finding[] {
  const { detector, main } = languages;
  const of = captions.length;
  const noted = (note: (caption: SurveyedCaption) => string | undefined) =>
    captions.flatMap((caption) => captionExample(caption, note(caption)));
  const byLength = captions.toSorted((one, other) => one.length - other.length);
  const short = byLength.filter(({ length }) => length < minimumWords);
  const long = byLength.filter(({ length }) => length > maximumWords).reverse();
  const words = ({ length }: SurveyedCaption) => `${length} ${length === 1 ? "word" : "words"}`;
  return [
    finding(
      "short_caption",
      short.flatMap((it) => captionExample(it, words(it))),
      { of },
    ),
    finding(
      "long_caption",
      long.flatMap((it) => captionExample(it, words(it))),
      { of },
    ),
    finding(
      "non_text_caption",
      noted(({ caption }) => nonTextReason(caption)),
      { of },
    ),
    finding(
      "other_language_caption",
      noted(({ caption }) => main && detector.other(caption, main)),
      { of },
    ),
    repeatedCaptions(repeated),
  ];
}

function captionExample({ caption, image }: SurveyedCaption, note: string | undefined): Example[] {
  return note === undefined ? [] : [{ text: caption, note, images: [image] }];
}

function repeatedCaptions(repeated: Survey["repeated"]): Finding {
  const groups = [...repeated].toSorted(([, one], [, other]) => other.length - one.length);
  const examples = groups.map(([words, images]) => ({
    text: words,
    note: `${images.length} images`,
    images: images.slice(0, NAMED_IMAGES),
  }));
  return finding("repeated_caption", examples);
}
