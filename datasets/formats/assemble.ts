import { createHash } from "node:crypto";
import { hasWords } from "../captions.ts";
import {
  type CaptionedImage,
  FAULT_KINDS,
  type FaultCounter,
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

/** Shares of the images that the hash of their names puts into validation and test. */
const HASHED_SHARES = { validation: 0.1, test: 0.1 } as const;

const MISSING_FROM_LIST = {
  train: FAULT_KINDS.missingTrain,
  validation: FAULT_KINDS.missingValidation,
  test: FAULT_KINDS.missingTest,
} as const;

interface Assembled {
  readonly splits: Splits;
  readonly unassigned: readonly CaptionedImage[];
  /** Describes where the splits come from. */
  readonly splitSource: string;
}

/** Joins the captions with the images of the folder. */
export async function assemble(
  folder: DatasetFolder,
  found: FoundLayout,
  images: ImageIndex,
  faults: FaultCounter,
): Promise<Assembled> {
  const captions = new Map<string, string[]>();
  const namedSplits = new Map<string, Set<SplitName | "unknown">>();
  for await (const record of found.records(faults)) {
    const name = images.resolve(record.image);
    for (const caption of record.captions) addCaption(captions, record, name, caption, faults);
    if (name !== undefined && record.split !== undefined) {
      namedSplits.set(name, (namedSplits.get(name) ?? new Set()).add(record.split));
    }
  }
  const joined = new Map<string, CaptionedImage>();
  for (const [name, ofImage] of captions) {
    joined.set(name, new ImageFile(name, images.path(name) ?? "", ofImage));
  }
  for (const name of images.names()) {
    if (!captions.has(name)) faults.add(FAULT_KINDS.uncaptionedImage, name);
  }
  const splits = found.lists
    ? await listedSplits(folder, found.lists, joined, images, faults)
    : namedOrHashed(joined, namedSplits, faults);
  const inSplit = new Set(SPLIT_NAMES.flatMap((split) => splits[split]));
  const unassigned = [...joined.values()].filter((image) => !inSplit.has(image));
  return { splits, unassigned, splitSource: sourceOf(found, namedSplits, joined) };
}

/** Adds a caption, or counts its fault. */
function addCaption(
  captions: Map<string, string[]>,
  { image }: CaptionRecord,
  name: string | undefined,
  caption: string,
  faults: FaultCounter,
): void {
  const text = caption.trim();
  if (!hasWords(text)) {
    faults.add(FAULT_KINDS.emptyCaption, `${image}: ${caption}`);
  } else if (name === undefined) {
    // The release of Flickr8k has one image named `2258277193_586949ec62.jpg.1`.
    const malformed = /\.\d+$/.test(image);
    faults.add(malformed ? FAULT_KINDS.malformedId : FAULT_KINDS.missingImage, image);
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
      else faults.add(MISSING_FROM_LIST[split], line.trim());
    }
  }
  return splits;
}

function namedOrHashed(
  joined: ReadonlyMap<string, CaptionedImage>,
  named: ReadonlyMap<string, ReadonlySet<SplitName | "unknown">>,
  faults: FaultCounter,
): Splits {
  const splits: Splits = { train: [], validation: [], test: [] };
  for (const [name, image] of joined) {
    for (const split of named.get(name) ?? [hashedSplit(name)]) {
      if (split === "unknown") faults.add(FAULT_KINDS.unknownSplit, name);
      else splits[split].push(image);
    }
  }
  return splits;
}

/** Returns a split that depends on the image's name alone, whatever other images there are. */
export function hashedSplit(name: string): SplitName {
  const draw = createHash("sha256").update(name).digest().readUInt32BE() / 2 ** 32;
  if (draw < HASHED_SHARES.validation) return "validation";
  return draw < HASHED_SHARES.validation + HASHED_SHARES.test ? "test" : "train";
}

function sourceOf(
  { lists }: FoundLayout,
  named: ReadonlyMap<string, unknown>,
  joined: ReadonlyMap<string, unknown>,
): string {
  if (lists) return `by ${Object.values(lists).join(", ")}`;
  if (named.size === joined.size) return "as named in the caption file";
  return named.size === 0
    ? "by a hash of the images' names"
    : "as named in the caption file, others by hash";
}
