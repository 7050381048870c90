import { basename, resolve } from "node:path";
import { UserError } from "../core/errors.ts";
import { type CaptionedImage, type Dataset, type SplitName, splitNames } from "./dataset.ts";

/** A data set as one of several that a run learns from. */
export interface DatasetShare {
  /** Names the set and its style. */
  readonly name: string;
  /** How often each of its training images is drawn in an epoch. */
  readonly weight: number;
}

/** Several data sets as one: the images of each split follow one another, set by set. */
export interface JoinedDataset extends Dataset {
  readonly sets: readonly DatasetShare[];
  /** Returns the set that an image came from. */
  readonly setOf: (image: CaptionedImage) => DatasetShare;
}

/** What is said of several data sets, each in their order. */
export interface SharesAsked {
  readonly weight?: readonly number[] | undefined;
  readonly style?: readonly string[] | undefined;
}

/**
 * Names the data sets in the folders, by `style` or by the folders' own names.
 *
 * @throws UserError `conflicting_options` where the lists are not as long as the folders, a weight is
 *   not above zero, or two sets have one folder or one name.
 */
export function datasetShares(
  folders: readonly string[],
  { weight, style }: SharesAsked,
): DatasetShare[] {
  const refuse = (message: string): never => {
    throw new UserError("conflicting_options", message);
  };
  for (const [flag, list] of Object.entries({ weight, style })) {
    if (list && list.length !== folders.length) {
      refuse(
        `--${flag} is given ${list.length} times for ${folders.length} --dataset: give one for each.`,
      );
    }
  }
  const twice = folders.find((one, index) =>
    folders.slice(0, index).some((other) => resolve(other) === resolve(one)),
  );
  if (twice !== undefined)
    refuse(`--dataset ${twice} is named twice: use --weight to draw it more often.`);
  const shares = folders.map((folder, index) => ({
    name: style?.[index] ?? styleName(folder),
    weight: weight?.[index] ?? 1,
  }));
  const same = shares.find(({ name }, index) =>
    shares.slice(0, index).some((other) => other.name === name),
  );
  if (same) refuse(`Two data sets are called "${same.name}": name each by --style.`);
  return shares;
}

/** Makes a style's name of a folder's: small letters, digits and hyphens. */
function styleName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "captions" : name;
}

/**
 * Joins data sets into one, so that whatever looks for duplicates or cleans sees all of them.
 *
 * The ids of several sets get the set's name in front: two sets may call two images the same.
 */
export function joinDatasets(
  datasets: readonly Dataset[],
  shares: readonly DatasetShare[],
): JoinedDataset {
  const sets = new WeakMap<CaptionedImage, DatasetShare>();
  const enter = (image: CaptionedImage, share: DatasetShare): CaptionedImage => {
    const id = datasets.length === 1 ? image.id : `${share.name}/${image.id}`;
    const entered: CaptionedImage = {
      id,
      captions: image.captions,
      ...(image.path === undefined ? {} : { path: image.path }),
      read: () => image.read(),
      fingerprint: () => image.fingerprint(),
      withCaptions: (captions) => enter(image.withCaptions(captions), share),
    };
    sets.set(entered, share);
    return entered;
  };
  const joined = (imagesOf: (dataset: Dataset) => readonly CaptionedImage[]) =>
    datasets.flatMap((dataset, index) => {
      const share = shareAt(shares, index);
      return imagesOf(dataset).map((image) => enter(image, share));
    });
  const splits = Object.fromEntries(
    splitNames.map((name) => [name, joined((dataset) => dataset.splits[name])]),
  ) as Record<SplitName, CaptionedImage[]>;
  return {
    name:
      datasets.length === 1
        ? (datasets[0]?.name ?? "")
        : shares.map(({ name }) => name).join(" + "),
    format: datasets.map(({ format }) => format).join(" + "),
    found: datasets.map(({ found }) => found).join("\n"),
    splits,
    unassigned: joined(({ unassigned }) => unassigned),
    faults: datasets.flatMap(({ faults }) => faults),
    removed: [],
    sets: shares,
    setOf(image) {
      const share = sets.get(image);
      if (share) return share;
      throw new Error(`the image ${image.id} is in none of the joined data sets`);
    },
  };
}

function shareAt(shares: readonly DatasetShare[], index: number): DatasetShare {
  const share = shares[index];
  if (share) return share;
  throw new Error(`there is no data set ${index}`);
}
