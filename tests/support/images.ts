import type { Pixels } from "../../core/image/pixels.ts";

/** Numbers from 0 to 2^32 - 1 that look random, the same for the same seed (Steele's SplitMix). */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/** Draws noise, the hardest image to resample alike: no two neighbours are similar. */
export function noiseImage(
  width: number,
  height: number,
  channels: 3 | 4 = 3,
  seed = 1,
): Pixels & { readonly data: Uint8Array } {
  const next = noise(seed);
  const data = Uint8Array.from({ length: width * height * channels }, () => next() >>> 24);
  return { width, height, channels, data };
}

/** Draws an image as soft as a photograph: slow waves of colour, different in each direction. */
export function softImage(
  width: number,
  height: number,
): Pixels & { readonly data: Uint8Array; readonly channels: 3 } {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      data[to] = 128 + 100 * Math.sin(x / 9 + y / 23);
      data[to + 1] = 128 + 90 * Math.sin(x / 31 - y / 12 + 1);
      data[to + 2] = 128 + 80 * Math.cos(x / 17 + y / 41);
    }
  }
  return { width, height, channels: 3, data };
}
