/** Severity, subject, explanation and remedy of a finding. */
interface FindingKind {
  readonly severity: "error" | "warning" | "note";
  readonly about: "images" | "captions" | "words" | "splits";
  readonly title: string;
  readonly explanation: string;
  /** The option of `npm run train` that leaves out the occurrences. */
  readonly remedy?: string;
}

/**
 * All findings of an inspection, the most important first. An error stops a run or makes its measures
 * wrong; a warning makes the model worse; a note is worth knowing.
 */
export const FINDING_KINDS = {
  empty_split: {
    severity: "error",
    about: "splits",
    title: "splits without images",
    explanation: "A run needs training and validation images: it would stop.",
  },
  unreadable_image: {
    severity: "error",
    about: "images",
    title: "images that cannot be decoded",
    explanation: "A run would stop at the first of them.",
    remedy: "--drop-unreadable",
  },
  truncated_image: {
    severity: "error",
    about: "images",
    title: "images whose file ends too early",
    explanation: "Their upper part can be seen; a run would stop at the first of them.",
    remedy: "--drop-unreadable",
  },
  shared_between_splits: {
    severity: "error",
    about: "splits",
    title: "images that are in several splits",
    explanation: "The model may have memorised them: measures are too high.",
    remedy: "--drop-shared near",
  },
  malformed_id: {
    severity: "warning",
    about: "captions",
    title: "captions whose image's name is malformed",
    explanation: "They belong to no image and are left out.",
  },
  malformed_line: {
    severity: "warning",
    about: "captions",
    title: "lines that do not fit the file's format",
    explanation: "They cannot be read and are left out.",
  },
  caption_without_image: {
    severity: "warning",
    about: "captions",
    title: "captions of missing images",
    explanation: "They are left out: is the image folder complete?",
  },
  image_without_captions: {
    severity: "warning",
    about: "images",
    title: "images without captions",
    explanation: "They are left out: is the caption file complete?",
  },
  missing_from_split: {
    severity: "warning",
    about: "splits",
    title: "entries of split lists that have no file or no caption",
    explanation: "The splits are smaller than the lists say.",
  },
  unknown_split: {
    severity: "warning",
    about: "splits",
    title: "images of an unknown split",
    explanation: "Splits are train, validation and test, under the names that docs/data.md lists.",
  },
  duplicate_image: {
    severity: "warning",
    about: "images",
    title: "images that are the same file as an earlier one",
    explanation: "They count twice in training.",
    remedy: "--drop-duplicates exact",
  },
  near_duplicate_image: {
    severity: "warning",
    about: "images",
    title: "images that look like an earlier one",
    explanation: "The same image in another size, quality or brightness, by its perceptual hash.",
    remedy: "--drop-duplicates near",
  },
  blank_image: {
    severity: "warning",
    about: "images",
    title: "images that show nothing",
    explanation: "The whole image has nearly one brightness.",
  },
  small_image: {
    severity: "warning",
    about: "images",
    title: "tiny images",
    explanation: "They are enlarged to the network's size and show little.",
    remedy: "--minimum-side",
  },
  empty_caption: {
    severity: "warning",
    about: "captions",
    title: "captions without a word",
    explanation: "They are left out.",
  },
  non_text_caption: {
    severity: "warning",
    about: "captions",
    title: "captions that are not text",
    explanation: "Markup, addresses, control characters, or mostly digits and symbols.",
    remedy: "--drop-non-text",
  },
  other_language_caption: {
    severity: "warning",
    about: "captions",
    title: "captions in another language than most",
    explanation: "The words of two languages compete in one vocabulary.",
    remedy: "--drop-other-languages",
  },
  long_caption: {
    severity: "warning",
    about: "captions",
    title: "captions that are very long",
    explanation: "Words beyond --teach-length are not taught.",
    remedy: "--maximum-words",
  },
  short_caption: {
    severity: "warning",
    about: "captions",
    title: "captions of one or two words",
    explanation: "They teach the captioner to say little.",
    remedy: "--minimum-words",
  },
  mended_line: {
    severity: "note",
    about: "captions",
    title: "lines that were repaired",
    explanation: "Their separator is missing; the meaning is certain.",
  },
  greyscale_image: {
    severity: "note",
    about: "images",
    title: "images without colours",
    explanation: "Captions that name colours cannot be right.",
    remedy: "--drop-greyscale",
  },
  repeated_caption: {
    severity: "note",
    about: "captions",
    title: "captions that several images share, word for word",
    explanation: "Captions that fit many images teach common phrases, not what an image shows.",
    remedy: "--maximum-repeats",
  },
  word_once: {
    severity: "note",
    about: "words",
    title: "words that occur once",
    explanation: "Nothing can be learnt from one example; --minimum-count leaves rare words out.",
  },
  unassigned_image: {
    severity: "note",
    about: "splits",
    title: "images that are in no split",
    explanation: "They have captions, and are not used.",
  },
  other_file: {
    severity: "note",
    about: "images",
    title: "files of an unknown format among the images",
    explanation: "They are not read.",
  },
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingCode = keyof typeof FINDING_KINDS;
