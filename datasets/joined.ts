import { basename, resolve } from "node:path";
import { UserError } from "../core/errors.ts";
import { type CaptionedImage, type Dataset, SPLIT_NAMES, type SplitName } from "./dataset.ts";
import { openDataset } from "./formats/index.ts";

/** A data set as one of several. */
interface DatasetShare {
  /** Names the set and its style. */
  readonly name: string;
  /** How often an epoch draws each of its training images. */
  readonly weight: number;
}

/** Several data sets as one: in each split the images of one set follow those of another. */
export interface JoinedDataset extends Dataset {
  readonly sets: readonly DatasetShare[];
  /** Returns the set that an image belongs to. */
  readonly setOf: (image: CaptionedImage) => DatasetShare;
}

/** Options of several data sets, each a list in the order of their folders. */
interface SharesOptions {
  readonly weight?: readonly number[] | undefined;
  readonly style?: readonly string[] | undefined;
}

/**
 * Reads the data sets in the folders and joins them into one.
 *
 * @throws {UserError} those of {@link datasetShares} and of {@link openDataset}
 */
export async function openDatasets(
  folders: readonly string[],
  options: SharesOptions & { readonly format?: string | undefined },
): Promise<JoinedDataset> {
  const shares = datasetShares(folders, options);
  const datasets = await Promise.all(folders.map((folder) => openDataset(folder, options.format)));
  return joinDatasets(datasets, shares);
}

/**
 * Names the data sets in the folders, by `style` or by the names of the folders.
 *
 * @throws {UserError} `conflicting_options` when a list is not as long as the folders, or two sets
 *   have the same folder or name.
 */
export function datasetShares(
  folders: readonly string[],
  { weight, style }: SharesOptions,
): DatasetShare[] {
  for (const [flag, list] of Object.entries({ weight, style })) {
    if (list && list.length !== folders.length) {
      throw conflict(
        `--${flag} is given ${list.length} times for ${folders.length} --dataset: give one for each.`,
      );
    }
  }
  const repeatedFolder = firstRepeated(folders, (folder) => resolve(folder));
  if (repeatedFolder !== undefined) {
    throw conflict(`--dataset ${repeatedFolder} is named twice: name each data set once.`);
  }
  const shares = folders.map((folder, index) => ({
    name: style?.[index] ?? styleName(folder),
    weight: weight?.[index] ?? 1,
  }));
  const repeatedName = firstRepeated(shares, ({ name }) => name);
  if (repeatedName) {
    throw conflict(`Two data sets are called "${repeatedName.name}": name each with --style.`);
  }
  return shares;
}

function conflict(message: string): UserError {
  return new UserError("conflicting_options", message);
}

function firstRepeated<T>(items: readonly T[], keyOf: (item: T) => string): T | undefined {
  const keys = items.map(keyOf);
  return items.find((_, index) => keys.indexOf(keys[index] ?? "") < index);
}

/** Turns a folder's name into a style's: lower case, digits and hyphens. */
function styleName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "captions" : name;
}

/**
 * Joins data sets into one, so that duplicates are found and rules apply across all of them.
 *
 * With several sets, each id gets the name of its set in front, because two sets may use the same id.
 */
export function joinDatasets(
  datasets: readonly Dataset[],
  shares: readonly DatasetShare[],
): JoinedDataset {
  const [only] = datasets;
  const isAlone = datasets.length === 1;
  const members = new Members(isAlone);
  const joined = (imagesOf: (dataset: Dataset) => readonly CaptionedImage[]) =>
    datasets.flatMap((dataset, index) => {
      const share = shareAt(shares, index);
      return imagesOf(dataset).map((image) => members.enter(image, share));
    });
  const splits = Object.fromEntries(
    SPLIT_NAMES.map((name) => [name, joined((dataset) => dataset.splits[name])]),
  ) as Record<SplitName, CaptionedImage[]>;
  return {
    name: isAlone ? (only?.name ?? "") : shares.map(({ name }) => name).join(" + "),
    format: datasets.map(({ format }) => format).join(" + "),
    found: datasets.map(({ found }) => found).join("\n"),
    splits,
    unassigned: joined(({ unassigned }) => unassigned),
    faults: datasets.flatMap(({ faults }) => faults),
    removed: [],
    sets: shares,
    setOf: (image) => members.setOf(image),
  };
}

/** The images of joined data sets, each with the set that it belongs to. */
class Members {
  readonly #keepsIds: boolean;
  readonly #sets = new WeakMap<CaptionedImage, DatasetShare>();
  readonly #entered = new Map<CaptionedImage, CaptionedImage>();

  /** @param keepsIds - whether ids stay as they are; else the name of the set is put in front. */
  constructor(keepsIds: boolean) {
    this.#keepsIds = keepsIds;
  }

  /**
   * Returns a set's image as one of the joined sets. An image that is in two splits stays one image:
   * cleaning tells such images by identity.
   */
  enter(image: CaptionedImage, share: DatasetShare): CaptionedImage {
    const entered = this.#entered.get(image) ?? this.#member(image, share);
    this.#entered.set(image, entered);
    return entered;
  }

  setOf(image: CaptionedImage): DatasetShare {
    const share = this.#sets.get(image);
    if (share) return share;
    throw new Error(`the image ${image.id} is in none of the joined data sets`);
  }

  #member(image: CaptionedImage, share: DatasetShare): CaptionedImage {
    const member: CaptionedImage = {
      id: this.#keepsIds ? image.id : `${share.name}/${image.id}`,
      captions: image.captions,
      ...(image.path === undefined ? {} : { path: image.path }),
      read: () => image.read(),
      fingerprint: () => image.fingerprint(),
      withCaptions: (captions) => this.#member(image.withCaptions(captions), share),
    };
    this.#sets.set(member, share);
    return member;
  }
}

function shareAt(shares: readonly DatasetShare[], index: number): DatasetShare {
  const share = shares[index];
  if (share) return share;
  throw new Error(`there is no data set ${index}`);
}
