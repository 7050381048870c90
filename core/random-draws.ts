/**
 * The key of a random draw, made of the seed, the stage, the epoch, the step and the purpose.
 *
 * A draw depends on its key alone. So a run that was killed and resumed draws what the uninterrupted
 * run would have drawn, and no state of a generator needs to be saved.
 */
export type DrawKey = number;

/**
 * Mixes parts into one key of 32 bits (FNV-1a over the parts' text, then murmur3's finaliser).
 *
 * @example `drawKey(seed, "frozen", epoch, step, "dropout")`
 */
export function drawKey(...parts: readonly (string | number)[]): DrawKey {
  let hash = 0x811c9dc5;
  for (const character of parts.join("\u0000")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return mix(hash);
}

/**
 * Draws uniform numbers in [0, 1): murmur3's finaliser over a counter.
 *
 * Each has 24 bits, as many as a float32 holds exactly; with more, some would be rounded up to 1.
 *
 * @returns `[count]`
 */
export function uniformDraws(key: DrawKey, count: number): Float32Array {
  const draws = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    draws[index] = (mix(key + Math.imul(index + 1, 0x9e3779b9)) >>> 8) / 0x1000000;
  }
  return draws;
}

/** Returns the numbers from 0 to `count - 1` in a random order (Fisher and Yates). */
export function shuffledIndices(key: DrawKey, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  const draws = uniformDraws(key, count);
  for (let index = count - 1; index > 0; index--) {
    const other = Math.floor((draws[index] ?? 0) * (index + 1));
    const value = order[index] ?? 0;
    order[index] = order[other] ?? 0;
    order[other] = value;
  }
  return order;
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
