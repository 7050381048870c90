import { createHash } from "node:crypto";
import { hasWords } from "../captions.ts";
import {
  type CaptionedImage,
  type FaultCounter,
  faultKinds,
  SPLIT_NAMES,
  type SplitName,
} from "../dataset.ts";
import { ImageFile } from "../image-file.ts";
import type { DatasetFolder } from "./folder.ts";
import type { ImageIndex } from "./images.ts";
import type { CaptionRecord, FoundLayout } from "./layout.ts";
import { readLines } from "./lines.ts";
import type { SplitLists } from "./split-lists.ts";

type Splits = Record<SplitName, CaptionedImage[]>;

/** Shares of images that validation and test get where nothing says which image is in which. */
const hashedShares = { validation: 0.1, test: 0.1 } as const;

const missingFromList = {
  train: faultKinds.missingTrain,
  validation: faultKinds.missingValidation,
  test: faultKinds.missingTest,
} as const;

interface Assembled {
  readonly splits: Splits;
  readonly unassigned: readonly CaptionedImage[];
  /** Where the splits came from, for people. */
  readonly splitSource: string;
}

/** Joins what the caption files say with the images that are there. */
export async function assemble(
  folder: DatasetFolder,
  found: FoundLayout,
  images: ImageIndex,
  faults: FaultCounter,
): Promise<Assembled> {
  const captions = new Map<string, string[]>();
  const saidSplits = new Map<string, Set<SplitName | "unknown">>();
  for await (const record of found.records(faults)) {
    const name = images.resolve(record.image);
    for (const caption of record.captions) addCaption(captions, record, name, caption, faults);
    if (name !== undefined && record.split !== undefined) {
      saidSplits.set(name, (saidSplits.get(name) ?? new Set()).add(record.split));
    }
  }
  const joined = new Map<string, CaptionedImage>();
  for (const [name, ofImage] of captions) {
    joined.set(name, new ImageFile(name, images.path(name) ?? "", ofImage));
  }
  for (const name of images.names()) {
    if (!captions.has(name)) faults.add(faultKinds.uncaptionedImage, name);
  }
  const splits = found.lists
    ? await listedSplits(folder, found.lists, joined, images, faults)
    : saidOrHashed(joined, saidSplits, faults);
  const inSplit = new Set(SPLIT_NAMES.flatMap((split) => splits[split]));
  const unassigned = [...joined.values()].filter((image) => !inSplit.has(image));
  return { splits, unassigned, splitSource: sourceOf(found, saidSplits, joined) };
}

/** Keeps a caption, or counts what is wrong with it. */
function addCaption(
  captions: Map<string, string[]>,
  { image }: CaptionRecord,
  name: string | undefined,
  caption: string,
  faults: FaultCounter,
): void {
  const text = caption.trim();
  if (!hasWords(text)) {
    faults.add(faultKinds.emptyCaption, `${image}: ${caption}`);
  } else if (name === undefined) {
    // The release of Flickr8k names one `2258277193_586949ec62.jpg.1`.
    const malformed = /\.\d+$/.test(image);
    faults.add(malformed ? faultKinds.malformedId : faultKinds.missingImage, image);
  } else {
    const ofImage = captions.get(name);
    if (ofImage) ofImage.push(text);
    else captions.set(name, [text]);
  }
}

async function listedSplits(
  folder: DatasetFolder,
  lists: SplitLists,
  joined: ReadonlyMap<string, CaptionedImage>,
  images: ImageIndex,
  faults: FaultCounter,
): Promise<Splits> {
  const splits: Splits = { train: [], validation: [], test: [] };
  for (const split of SPLIT_NAMES) {
    const list = lists[split];
    if (list === undefined) continue;
    for await (const line of readLines(folder.at(list))) {
      const image = joined.get(images.resolve(line.trim()) ?? "");
      if (image) splits[split].push(image);
      else faults.add(missingFromList[split], line.trim());
    }
  }
  return splits;
}

function saidOrHashed(
  joined: ReadonlyMap<string, CaptionedImage>,
  said: ReadonlyMap<string, ReadonlySet<SplitName | "unknown">>,
  faults: FaultCounter,
): Splits {
  const splits: Splits = { train: [], validation: [], test: [] };
  for (const [name, image] of joined) {
    for (const split of said.get(name) ?? [hashedSplit(name)]) {
      if (split === "unknown") faults.add(faultKinds.unknownSplit, name);
      else splits[split].push(image);
    }
  }
  return splits;
}

/** A split that follows from the image's name alone: other images may come and go. */
export function hashedSplit(name: string): SplitName {
  const draw = createHash("sha256").update(name).digest().readUInt32BE() / 2 ** 32;
  if (draw < hashedShares.validation) return "validation";
  return draw < hashedShares.validation + hashedShares.test ? "test" : "train";
}

function sourceOf(
  { lists }: FoundLayout,
  said: ReadonlyMap<string, unknown>,
  joined: ReadonlyMap<string, unknown>,
): string {
  if (lists) return `by ${Object.values(lists).join(", ")}`;
  if (said.size === joined.size) return "as the captions say";
  return said.size === 0 ? "by a hash of the images' names" : "as the captions say, others by hash";
}
