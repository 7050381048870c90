import type { CaptionedImage, Dataset } from "../dataset.ts";
import type { CleaningOptions } from "../options.ts";
import { duplicateGroups, type Likeness } from "../pictures/duplicates.ts";
import type { PictureFacts } from "../pictures/facts.ts";
import type { RuleName } from "./rules.ts";

/** What is known of pictures, by their paths. */
export type KnownPictures = ReadonlyMap<string, PictureFacts>;

type Splits = Dataset["splits"];

/** Says which images a rule leaves out of the splits as they are. */
export function unwantedImages(
  rule: RuleName,
  splits: Splits,
  options: CleaningOptions,
  pictures: KnownPictures,
): ReadonlySet<CaptionedImage> {
  const { train, validation, test } = splits;
  const factsOf = (image: CaptionedImage) => pictures.get(image.path ?? "");
  const where = (images: readonly CaptionedImage[], unwanted: (facts: PictureFacts) => boolean) =>
    new Set(images.filter((image) => [factsOf(image)].some((facts) => facts && unwanted(facts))));
  switch (rule) {
    case "dropUnreadable":
      return where([...train, ...validation, ...test], ({ broken }) => broken !== undefined);
    case "minimumSide":
      return where(train, ({ seen }) => smallerSide(seen) < (options.minimumSide ?? 0));
    case "dropGreyscale":
      return where(train, ({ seen }) => seen?.greyscale === true);
    case "dropDuplicates":
      return repeated(train, options.dropDuplicates, factsOf);
    case "dropShared":
      return shared(train, [...validation, ...test], options.dropShared, factsOf);
    default:
      return new Set();
  }
}

/** What was not decoded is as large as any: another rule is for it. */
function smallerSide(seen: PictureFacts["seen"]): number {
  return seen ? Math.min(seen.width, seen.height) : Number.POSITIVE_INFINITY;
}

/** All but the first image of each picture. */
function repeated(
  images: readonly CaptionedImage[],
  likeness: Likeness | "none",
  factsOf: (image: CaptionedImage) => PictureFacts | undefined,
): Set<CaptionedImage> {
  return new Set(alikeImages(images, likeness, factsOf).flatMap((group) => group.slice(1)));
}

/** The training images whose picture some image that is judged on has too. */
function shared(
  train: readonly CaptionedImage[],
  judged: readonly CaptionedImage[],
  likeness: Likeness | "none",
  factsOf: (image: CaptionedImage) => PictureFacts | undefined,
): Set<CaptionedImage> {
  const judgedImages = new Set(judged);
  const groups = alikeImages([...train, ...judged], likeness, factsOf);
  const mixed = groups.filter((group) => group.some((image) => judgedImages.has(image)));
  const inBoth = train.filter((image) => judgedImages.has(image));
  return new Set([...inBoth, ...mixed.flat().filter((image) => !judgedImages.has(image))]);
}

/** Images of equal pictures, in groups of two and more. */
export function alikeImages(
  images: readonly CaptionedImage[],
  likeness: Likeness | "none",
  factsOf: (image: CaptionedImage) => PictureFacts | undefined,
): CaptionedImage[][] {
  if (likeness === "none") return [];
  const byFacts = new Map<PictureFacts, CaptionedImage>();
  for (const image of images) {
    const facts = factsOf(image);
    if (facts) byFacts.set(facts, image);
  }
  return duplicateGroups([...byFacts.keys()], likeness).map((group) =>
    group.flatMap((facts) => byFacts.get(facts) ?? []),
  );
}
