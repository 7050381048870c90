import type { CaptionedImage, Dataset } from "../dataset.ts";
import { duplicateGroups, type Likeness } from "../images/duplicates.ts";
import type { ImageFacts } from "../images/facts.ts";
import type { CleaningOptions } from "../options.ts";
import type { RuleName } from "./rules.ts";

/** Facts about images by their paths. */
export type FactsByPath = ReadonlyMap<string, ImageFacts>;

type Splits = Dataset["splits"];

/** Returns the images that a rule leaves out of the splits. */
export function unwantedImages(
  rule: RuleName,
  splits: Splits,
  options: CleaningOptions,
  known: FactsByPath,
): ReadonlySet<CaptionedImage> {
  const { train, validation, test } = splits;
  const factsOf = (image: CaptionedImage) => known.get(image.path ?? "");
  const where = (images: readonly CaptionedImage[], unwanted: (facts: ImageFacts) => boolean) =>
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

/** Returns the smaller side; infinity for an image that cannot be decoded, which another rule drops. */
function smallerSide(seen: ImageFacts["seen"]): number {
  return seen ? Math.min(seen.width, seen.height) : Number.POSITIVE_INFINITY;
}

/** Returns all but the first image of each group of equal images. */
function repeated(
  images: readonly CaptionedImage[],
  likeness: Likeness | "none",
  factsOf: (image: CaptionedImage) => ImageFacts | undefined,
): Set<CaptionedImage> {
  return new Set(alikeImages(images, likeness, factsOf).flatMap((group) => group.slice(1)));
}

/** Returns the training images that are equal to a validation or test image. */
function shared(
  train: readonly CaptionedImage[],
  judged: readonly CaptionedImage[],
  likeness: Likeness | "none",
  factsOf: (image: CaptionedImage) => ImageFacts | undefined,
): Set<CaptionedImage> {
  const judgedImages = new Set(judged);
  const groups = alikeImages([...train, ...judged], likeness, factsOf);
  const mixed = groups.filter((group) => group.some((image) => judgedImages.has(image)));
  const inBoth = train.filter((image) => judgedImages.has(image));
  return new Set([...inBoth, ...mixed.flat().filter((image) => !judgedImages.has(image))]);
}

/** Groups equal images, two or more in each group. */
export function alikeImages(
  images: readonly CaptionedImage[],
  likeness: Likeness | "none",
  factsOf: (image: CaptionedImage) => ImageFacts | undefined,
): CaptionedImage[][] {
  if (likeness === "none") return [];
  const byFacts = new Map<ImageFacts, CaptionedImage>();
  for (const image of images) {
    const facts = factsOf(image);
    if (facts) byFacts.set(facts, image);
  }
  return duplicateGroups([...byFacts.keys()], likeness).map((group) =>
    group.flatMap((facts) => byFacts.get(facts) ?? []),
  );
}
