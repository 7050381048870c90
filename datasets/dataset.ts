import type { Orientation } from "../core/image/orient.ts";
import type { Pixels } from "../core/image/pixels.ts";
import type { RuleOutcome } from "./cleaning/rules.ts";

export const SPLIT_NAMES = ["train", "validation", "test"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** An image as its file stores it, with the orientation in which it is shown. */
export interface OrientedImage {
  readonly pixels: Pixels;
  readonly orientation: Orientation;
}

export interface CaptionedImage {
  readonly id: string;
  /** The captions as the data set has them. */
  readonly captions: readonly string[];
  /** Path of the image's file; absent for synthetic images. */
  readonly path?: string;
  /** Reads and decodes the image. @throws {UserError} `unreadable_image` */
  readonly read: () => Promise<OrientedImage>;
  /** Returns the part of a cache's key that identifies the image's content: a hash of its file. */
  readonly fingerprint: () => Promise<string>;
  /** Returns the same image with other captions. */
  readonly withCaptions: (captions: readonly string[]) => CaptionedImage;
}

/** A fault of the data that was repaired or left out. */
export interface Fault {
  readonly kind: FaultKind;
  readonly count: number;
  /** The first occurrences. */
  readonly examples: readonly string[];
}

export interface Dataset {
  readonly name: string;
  /** Name of the layout that was read; `synthetic` for drawn images. */
  readonly format: string;
  /** Describes the folder's content in one line. */
  readonly found: string;
  readonly splits: Readonly<Record<SplitName, readonly CaptionedImage[]>>;
  /** Images with captions that are in no split. */
  readonly unassigned: readonly CaptionedImage[];
  readonly faults: readonly Fault[];
  /** What each cleaning rule left out. */
  readonly removed: readonly RuleOutcome[];
}

/** Faults of single lines and files, as a run records them. */
export const FAULT_KINDS = {
  malformedId: "caption line with a malformed id",
  malformedLine: "line that is not of the file's format",
  mendedLine: "caption line with a missing separator, which was mended",
  emptyCaption: "empty caption",
  missingImage: "caption of an image that is not there",
  uncaptionedImage: "image without captions",
  otherFile: "file among the images that is of no known format",
  unknownSplit: "image of a split that is not known",
  missingTrain: "image of the train list that has no file or no caption",
  missingValidation: "image of the validation list that has no file or no caption",
  missingTest: "image of the test list that has no file or no caption",
} as const;

export type FaultKind = (typeof FAULT_KINDS)[keyof typeof FAULT_KINDS];

const MAXIMUM_EXAMPLES = 20;

/** Counts faults by kind and keeps the first of each kind as examples. */
export class FaultCounter {
  readonly #faults = new Map<FaultKind, { count: number; examples: string[] }>();

  add(kind: FaultKind, example: string): void {
    const fault = this.#faults.get(kind) ?? { count: 0, examples: [] };
    fault.count++;
    if (fault.examples.length < MAXIMUM_EXAMPLES) fault.examples.push(example);
    this.#faults.set(kind, fault);
  }

  list(): Fault[] {
    return [...this.#faults].map(([kind, fault]) => ({ kind, ...fault }));
  }
}
