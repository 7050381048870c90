import { SPLIT_NAMES, type SplitName } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";

/** The lists of both releases; Flickr30k's are distributed under several names. */
const listNames: Record<SplitName, readonly string[]> = {
  train: ["Flickr_8k.trainImages.txt", "Flickr_30k.trainImages.txt", "train.txt"],
  validation: ["Flickr_8k.devImages.txt", "Flickr_30k.devImages.txt", "val.txt"],
  test: ["Flickr_8k.testImages.txt", "Flickr_30k.testImages.txt", "test.txt"],
};

/** The files that name the images of a split, a line each; a split without a file is empty. */
export type SplitLists = Partial<Record<SplitName, string>>;

/** Finds the lists of splits, as paths below the data set's folder. */
export function splitLists(folder: DatasetFolder, folders: readonly string[]): SplitLists {
  const found = SPLIT_NAMES.map(
    (split) => [split, folder.find(listNames[split], folders)] as const,
  );
  return Object.fromEntries(found.filter(([, file]) => file !== undefined));
}
