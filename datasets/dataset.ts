import type { Orientation } from "../core/image/orient.ts";
import type { Pixels } from "../core/image/pixels.ts";
import type { RuleOutcome } from "./cleaning/rules.ts";

export const SPLIT_NAMES = ["train", "validation", "test"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** A picture as a file holds it, with the way it wants to be turned. */
export interface Picture {
  readonly pixels: Pixels;
  readonly orientation: Orientation;
}

export interface CaptionedImage {
  readonly id: string;
  /** The captions as the data set has them. */
  readonly captions: readonly string[];
  /** Where the picture lies; synthetic ones lie nowhere. */
  readonly path?: string;
  /** Reads and decodes the picture. @throws UserError `unreadable_image` */
  readonly read: () => Promise<Picture>;
  /** What stands for the picture's content in the key of a cache: a hash of its file. */
  readonly fingerprint: () => Promise<string>;
  /** The same picture with other captions. */
  readonly withCaptions: (captions: readonly string[]) => CaptionedImage;
}

/** Something wrong with the data that was mended or left out instead of failing. */
export interface Fault {
  readonly kind: FaultKind;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly string[];
}

export interface Dataset {
  readonly name: string;
  /** The layout that it was read in, or that nothing was read. */
  readonly format: string;
  /** What was found in the folder, in one line for people. */
  readonly found: string;
  readonly splits: Readonly<Record<SplitName, readonly CaptionedImage[]>>;
  /** Images with captions that are in no split. */
  readonly unassigned: readonly CaptionedImage[];
  readonly faults: readonly Fault[];
  /** What the rules that it was cleaned by left out. */
  readonly removed: readonly RuleOutcome[];
}

/** Everything that can be wrong with single lines and files, in the words that a run records. */
export const faultKinds = {
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

export type FaultKind = (typeof faultKinds)[keyof typeof faultKinds];

const examplesKept = 20;

/** Counts faults by kind and keeps the first few of each as examples. */
export class FaultCounter {
  readonly #faults = new Map<FaultKind, { count: number; examples: string[] }>();

  add(kind: FaultKind, example: string): void {
    const fault = this.#faults.get(kind) ?? { count: 0, examples: [] };
    fault.count++;
    if (fault.examples.length < examplesKept) fault.examples.push(example);
    this.#faults.set(kind, fault);
  }

  list(): Fault[] {
    return [...this.#faults].map(([kind, fault]) => ({ kind, ...fault }));
  }
}
