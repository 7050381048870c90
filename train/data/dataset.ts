import type { Orientation } from "../../core/image/orient.ts";
import type { Pixels } from "../../core/image/pixels.ts";

export const splitNames = ["train", "validation", "test"] as const;
export type SplitName = (typeof splitNames)[number];

/** A picture as a file holds it, with the way it wants to be turned. */
export interface Picture {
  readonly pixels: Pixels;
  readonly orientation: Orientation;
}

export interface CaptionedImage {
  readonly id: string;
  /** The captions as the data set has them. */
  readonly captions: readonly string[];
  /** Reads and decodes the picture. @throws UserError `unreadable_image` */
  readonly read: () => Promise<Picture>;
  /** What stands for the picture's content in the key of a cache: a hash of its file. */
  readonly fingerprint: () => Promise<string>;
}

/** Something wrong with the data that was left out instead of failing. */
export interface Fault {
  readonly kind: string;
  readonly count: number;
  readonly example: string;
}

export interface Dataset {
  readonly name: string;
  readonly splits: Readonly<Record<SplitName, readonly CaptionedImage[]>>;
  readonly faults: readonly Fault[];
}

/** Counts faults by kind and keeps the first of each as the example. */
export class FaultCounter {
  readonly #faults = new Map<string, { count: number; example: string }>();

  add(kind: string, example: string): void {
    const fault = this.#faults.get(kind);
    if (fault) fault.count++;
    else this.#faults.set(kind, { count: 1, example });
  }

  list(): Fault[] {
    return [...this.#faults].map(([kind, fault]) => ({ kind, ...fault }));
  }
}
