import type { ImageFacts } from "./facts.ts";

/**
 * Largest Hamming distance of the perceptual hashes, of 64 bits, of two files of the same image.
 *
 * Measured on photographs of Flickr8k: a worse JPEG or WebP, a smaller size, greyscale and a change
 * of brightness move the hash by at most 6 bits, a crop of 2 % on each side by 4 in the median. Of the
 * 25 million pairs of different photographs none is nearer than 9.
 */
export const NEAR_DISTANCE = 6;

/** Number of pieces of a hash. Two hashes within the distance agree on at least one piece. */
const PIECES = NEAR_DISTANCE + 1;

export type Likeness = "exact" | "near";

/**
 * Finds groups of two or more equal images, in the order of the images. Unreadable images are in no
 * group.
 *
 * @param likeness - `exact` for files of the same bytes, `near` also for files that look the same.
 */
export function duplicateGroups(images: readonly ImageFacts[], likeness: Likeness): ImageFacts[][] {
  const groups = new Groups(images.length);
  joinEqual(images, ({ sha256 }) => sha256, groups);
  if (likeness === "near") joinNear(images, groups);
  return groups.list().map((group) => group.flatMap((index) => images[index] ?? []));
}

/** Returns the number of bits in which two perceptual hashes differ. */
export function hashDistance(
  [high, low]: readonly [number, number],
  [otherHigh, otherLow]: readonly [number, number],
): number {
  return bitCount(high ^ otherHigh) + bitCount(low ^ otherLow);
}

function joinEqual(
  images: readonly ImageFacts[],
  keyOf: (image: ImageFacts) => string,
  groups: Groups,
): void {
  const first = new Map<string, number>();
  for (const [index, image] of images.entries()) {
    const key = keyOf(image);
    const same = first.get(key);
    if (same === undefined) first.set(key, index);
    else if (key !== "") groups.join(same, index);
  }
}

/** Joins near images. Only those that agree on a piece of their hashes need to be compared. */
function joinNear(images: readonly ImageFacts[], groups: Groups): void {
  for (let piece = 0; piece < PIECES; piece++) {
    const alike = new Map<number, number[]>();
    for (const [index, { seen }] of images.entries()) {
      if (!seen?.perceptual) continue;
      const key = pieceOf(seen.perceptual, piece);
      const bucket = alike.get(key) ?? [];
      for (const other of bucket) {
        const hash = images[other]?.seen?.perceptual;
        if (hash && hashDistance(hash, seen.perceptual) <= NEAR_DISTANCE) groups.join(other, index);
      }
      bucket.push(index);
      alike.set(key, bucket);
    }
  }
}

/** Returns the bits of a hash that belong to a piece. */
function pieceOf([high, low]: readonly [number, number], piece: number): number {
  const from = Math.floor((64 * piece) / PIECES);
  const to = Math.floor((64 * (piece + 1)) / PIECES);
  const bits = (BigInt(high) << 32n) | BigInt(low);
  return Number((bits >> BigInt(from)) & ((1n << BigInt(to - from)) - 1n));
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Disjoint sets with union and find (Galler and Fischer, 1964). */
class Groups {
  readonly #parents: Int32Array;

  constructor(size: number) {
    this.#parents = Int32Array.from({ length: size }, (_, index) => index);
  }

  /** Unites two groups; the smaller root remains, so that the first member stands for its group. */
  join(one: number, other: number): void {
    const [first, second] = [this.#root(one), this.#root(other)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }

  /** Lists all groups of two or more. */
  list(): number[][] {
    const members = new Map<number, number[]>();
    for (const index of this.#parents.keys()) {
      const root = this.#root(index);
      members.set(root, [...(members.get(root) ?? []), index]);
    }
    return [...members.values()].filter(({ length }) => length > 1);
  }

  #root(index: number): number {
    let root = index;
    for (let parent = this.#parents[root]; parent !== undefined && parent !== root; ) {
      root = parent;
      parent = this.#parents[root];
    }
    this.#parents[index] = root;
    return root;
  }
}
