import { SPLIT_NAMES, type SplitName } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";

/** Names of the lists; those of Flickr30k are distributed under several. */
const LIST_NAMES: Record<SplitName, readonly string[]> = {
  train: ["Flickr_8k.trainImages.txt", "Flickr_30k.trainImages.txt", "train.txt"],
  validation: ["Flickr_8k.devImages.txt", "Flickr_30k.devImages.txt", "val.txt"],
  test: ["Flickr_8k.testImages.txt", "Flickr_30k.testImages.txt", "test.txt"],
};

/** Files with the images of each split, one in a line; a split without a file is empty. */
export type SplitLists = Partial<Record<SplitName, string>>;

/** Finds the lists of splits, as paths below the data set's folder. */
export function splitLists(folder: DatasetFolder, folders: readonly string[]): SplitLists {
  const found = SPLIT_NAMES.map(
    (split) => [split, folder.find(LIST_NAMES[split], folders)] as const,
  );
  return Object.fromEntries(found.filter(([, file]) => file !== undefined));
}
