import { UserError } from "../../../core/errors.ts";
import { type Dataset, SPLIT_NAMES } from "../../../datasets/dataset.ts";
import { photo, writeFolder } from "../support.ts";

const image = await photo(1);

/** Makes a folder with the same image under each of the names. */
export function folderOf(
  texts: Record<string, string>,
  images: readonly string[],
): Promise<string> {
  return writeFolder({ ...texts, ...Object.fromEntries(images.map((name) => [name, image])) });
}

/** Captions by image, in all splits and none. */
export function captionsOf({ splits, unassigned }: Dataset): Record<string, readonly string[]> {
  const images = [...SPLIT_NAMES.flatMap((split) => splits[split]), ...unassigned];
  return Object.fromEntries(images.map(({ id, captions }) => [id, captions]));
}

/** The images of each split. */
export function ids(dataset: Dataset) {
  return Object.fromEntries(
    SPLIT_NAMES.map((split) => [split, dataset.splits[split].map(({ id }) => id)]),
  );
}

/** How often each fault was counted. */
export function faultCounts({ faults }: Dataset): Record<string, number> {
  return Object.fromEntries(faults.map(({ kind, count }) => [kind, count]));
}

/** The user's error that a promise ends with. */
export async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (error instanceof UserError) return error;
  throw new Error(`not a user's error: ${error}`);
}
