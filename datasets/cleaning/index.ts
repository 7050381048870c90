/**
 * Cleans a data set by rules, and counts what each leaves out.
 *
 * @module
 */
import { type CaptionedImage, type Dataset, SPLIT_NAMES } from "../dataset.ts";
import { examineImages } from "../images/index.ts";
import type { CleaningOptions } from "../options.ts";
import { unwantedCaptions } from "./caption-rules.ts";
import { type FactsByPath, unwantedImages } from "./image-rules.ts";
import { askedRules, needsImages, type RuleName, type RuleOutcome, ruleFlag } from "./rules.ts";

export type { RuleOutcome } from "./rules.ts";

/**
 * Applies the rules one after another.
 *
 * @param known - facts about the images; without them, images are examined where a rule needs it.
 * @returns the data set with one outcome for each rule, in the order of their application.
 */
export async function cleanDataset(
  dataset: Dataset,
  options: CleaningOptions,
  known?: FactsByPath,
  progress?: (done: number, total: number) => void,
): Promise<Dataset> {
  const rules = askedRules(options);
  const facts = known ?? (await examineWhereNeeded(dataset, rules, progress));
  const removed: RuleOutcome[] = [];
  let splits = dataset.splits;
  for (const rule of rules) {
    const cleaned = needsImages(rule)
      ? withoutImages(rule, splits, unwantedImages(rule, splits, options, facts))
      : { ...splits, train: await withoutCaptions(rule, splits.train, options) };
    removed.push({ rule: ruleFlag(rule, options), ...difference(splits, cleaned) });
    splits = cleaned;
  }
  return { ...dataset, splits, removed };
}

async function examineWhereNeeded(
  { splits }: Dataset,
  rules: readonly RuleName[],
  progress: (done: number, total: number) => void = () => {},
): Promise<FactsByPath> {
  if (!rules.some(needsImages)) return new Map();
  const images = SPLIT_NAMES.flatMap((split) => splits[split]);
  const paths = [...new Set(images.flatMap(({ path }) => path ?? []))];
  const facts = await examineImages(paths, (done) => progress(done, paths.length));
  return new Map(facts.map((image) => [image.path, image]));
}

/** Removes images from the training split; unreadable images from all splits. */
function withoutImages(
  rule: RuleName,
  splits: Dataset["splits"],
  unwanted: ReadonlySet<CaptionedImage>,
): Dataset["splits"] {
  const kept = (images: readonly CaptionedImage[]) => images.filter((it) => !unwanted.has(it));
  if (rule !== "dropUnreadable") return { ...splits, train: kept(splits.train) };
  return {
    train: kept(splits.train),
    validation: kept(splits.validation),
    test: kept(splits.test),
  };
}

async function withoutCaptions(
  rule: RuleName,
  images: readonly CaptionedImage[],
  options: CleaningOptions,
): Promise<CaptionedImage[]> {
  const unwanted = await unwantedCaptions(rule, images, options);
  return images.flatMap((image) => {
    const captions = image.captions.filter((caption) => !unwanted(caption));
    if (captions.length === image.captions.length) return [image];
    return captions.length === 0 ? [] : [image.withCaptions(captions)];
  });
}

function difference(before: Dataset["splits"], after: Dataset["splits"]) {
  const [from, to] = [before, after].map((splits) => SPLIT_NAMES.flatMap((name) => splits[name]));
  const captions = (images: readonly CaptionedImage[] = []) =>
    images.reduce((sum, image) => sum + image.captions.length, 0);
  const left = new Map((to ?? []).map((image) => [image.id, image]));
  const changed = from?.find(
    ({ id, captions }) => left.get(id)?.captions.length !== captions.length,
  );
  const kept = new Set(left.get(changed?.id ?? "")?.captions);
  const example = changed && `${changed.id}: ${changed.captions.find((it) => !kept.has(it)) ?? ""}`;
  return {
    images: (from?.length ?? 0) - (to?.length ?? 0),
    captions: captions(from) - captions(to),
    ...(example === undefined ? {} : { example }),
  };
}
