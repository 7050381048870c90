import type { PictureFacts } from "./facts.ts";

/**
 * Bits of 64 by which the perceptual hashes of two files of one picture may differ.
 *
 * Measured on photographs of Flickr8k: written again as a worse JPEG or WebP, made smaller, greyscale,
 * lighter or darker, a picture moves by at most 6 bits; cropped by 2 % on each side by 4 in the
 * median. Of the 25 million pairs of different photographs none is nearer than 9.
 */
export const nearDistance = 6;

/** Hashes fall apart into this many pieces: two within the distance agree on at least one. */
const pieces = nearDistance + 1;

export type Likeness = "exact" | "near";

/**
 * Groups of two and more pictures that are the same: files equal to the byte, or, if `near`, files
 * that look the same. In the order of the pictures; what cannot be read is in no group.
 */
export function duplicateGroups(
  pictures: readonly PictureFacts[],
  likeness: Likeness,
): PictureFacts[][] {
  const groups = new Groups(pictures.length);
  joinEqual(pictures, ({ sha256 }) => sha256, groups);
  if (likeness === "near") joinNear(pictures, groups);
  return groups.list().map((group) => group.flatMap((index) => pictures[index] ?? []));
}

/** The number of bits in which two perceptual hashes differ. */
export function hashDistance(
  [high, low]: readonly [number, number],
  [otherHigh, otherLow]: readonly [number, number],
): number {
  return bitCount(high ^ otherHigh) + bitCount(low ^ otherLow);
}

function joinEqual(
  pictures: readonly PictureFacts[],
  keyOf: (picture: PictureFacts) => string,
  groups: Groups,
): void {
  const first = new Map<string, number>();
  for (const [index, picture] of pictures.entries()) {
    const key = keyOf(picture);
    const same = first.get(key);
    if (same === undefined) first.set(key, index);
    else if (key !== "") groups.join(same, index);
  }
}

/** Compares only pictures that agree on a piece of their hashes: no near pair is overlooked. */
function joinNear(pictures: readonly PictureFacts[], groups: Groups): void {
  for (let piece = 0; piece < pieces; piece++) {
    const alike = new Map<number, number[]>();
    for (const [index, { seen }] of pictures.entries()) {
      if (!seen?.perceptual) continue;
      const key = pieceOf(seen.perceptual, piece);
      const bucket = alike.get(key) ?? [];
      for (const other of bucket) {
        const hash = pictures[other]?.seen?.perceptual;
        if (hash && hashDistance(hash, seen.perceptual) <= nearDistance) groups.join(other, index);
      }
      bucket.push(index);
      alike.set(key, bucket);
    }
  }
}

/** Bits `from` to `to` of the 64 that belong to a piece; the pieces cover all of them. */
function pieceOf([high, low]: readonly [number, number], piece: number): number {
  const from = Math.floor((64 * piece) / pieces);
  const to = Math.floor((64 * (piece + 1)) / pieces);
  const bits = (BigInt(high) << 32n) | BigInt(low);
  return Number((bits >> BigInt(from)) & ((1n << BigInt(to - from)) - 1n));
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Sets that grow together (union and find). */
class Groups {
  readonly #parents: Int32Array;

  constructor(size: number) {
    this.#parents = Int32Array.from({ length: size }, (_, index) => index);
  }

  /** The smaller root stays, so that a group is named by its first member. */
  join(one: number, other: number): void {
    const [first, second] = [this.#root(one), this.#root(other)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }

  /** All groups of two and more. */
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
