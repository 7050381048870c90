import { captionWords } from "../captions.ts";
import type { FactsByPath } from "../cleaning/image-rules.ts";
import { cleanDataset } from "../cleaning/index.ts";
import { type CaptionedImage, type Dataset, SPLIT_NAMES } from "../dataset.ts";
import type { Inspection } from "./inspection.ts";
import type { InspectOptions } from "./options.ts";

/** Returns what training with these options would use, cleaned by the code of training. */
export async function whatIsKept(
  dataset: Dataset,
  facts: FactsByPath,
  options: InspectOptions,
): Promise<Inspection["keep"]> {
  const cleaned = await cleanDataset(dataset, options, facts);
  return {
    rules: [...cleaned.removed],
    splits: splitSizes(cleaned),
    vocabulary: learntVocabulary(cleaned.splits.train, options.minimumCount),
  };
}

/** Returns how many images and captions each split has. */
export function splitSizes({ splits }: Pick<Dataset, "splits">): Inspection["splits"] {
  const sizes = SPLIT_NAMES.map((name) => [name, sizeOf(splits[name])] as const);
  return Object.fromEntries(sizes) as Inspection["splits"];
}

/** Counts images and their captions. */
export function sizeOf(images: readonly CaptionedImage[]) {
  const captions = images.reduce((sum, image) => sum + image.captions.length, 0);
  return { images: images.length, captions };
}

function learntVocabulary(train: readonly CaptionedImage[], minimumCount: number) {
  const counts = new Map<string, number>();
  let tokens = 0;
  for (const { captions } of train) {
    for (const word of captions.flatMap(captionWords)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      tokens++;
    }
  }
  const learnt = [...counts.values()].filter((count) => count >= minimumCount);
  const covered = learnt.reduce((sum, count) => sum + count, 0);
  return { minimumCount, words: learnt.length, coverage: covered / Math.max(1, tokens) };
}
