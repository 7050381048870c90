import type { PngFrame } from "./frame.ts";

/** The chunks about the colours of an image. */
export interface Colours {
  /** `PLTE`: red, green and blue of each index. */
  palette?: Uint8Array;
  /** `tRNS`: the alpha of each index, or the one transparent colour, two bytes a sample. */
  transparency?: Uint8Array;
}

/** Returns how many channels the decoded image has. */
export function channelsOf({ colour }: PngFrame, { transparency }: Colours): 3 | 4 {
  return colour === 4 || colour === 6 || transparency !== undefined ? 4 : 3;
}

/** Converts `pixels` pixels of a line, as stored, to 8-bit RGB or RGBA. */
export type Expand = (line: Uint8Array, out: Uint8Array, pixels: number) => void;

/**
 * Returns the function that converts the lines of an image.
 *
 * @throws {Error} when a palette or a transparent colour is missing
 */
export function expander(frame: PngFrame, colours: Colours): Expand {
  const channels = channelsOf(frame, colours);
  if (frame.colour === 3) return paletteExpander(frame.depth, channels, colours);
  return sampleExpander(frame, channels, colours);
}

function paletteExpander(depth: number, channels: 3 | 4, colours: Colours): Expand {
  const { palette, transparency } = colours;
  if (palette === undefined) {
    throw new Error("there is no palette");
  }
  return (line, out, pixels) => {
    for (let x = 0, to = 0; x < pixels; x++, to += channels) {
      const index = bitsAt(line, x, depth);
      out[to] = palette[3 * index] ?? 0;
      out[to + 1] = palette[3 * index + 1] ?? 0;
      out[to + 2] = palette[3 * index + 2] ?? 0;
      if (channels === 4) out[to + 3] = transparency?.[index] ?? 255;
    }
  };
}

function sampleExpander(frame: PngFrame, channels: 3 | 4, { transparency }: Colours): Expand {
  const { samples, depth } = frame;
  const hasAlpha = samples === 2 || samples === 4;
  const isGrey = samples < 3;
  const scale = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  const key = hasAlpha ? undefined : transparency && wordsOf(transparency, samples);
  return (line, out, pixels) => {
    // 16 bits are cut to the higher 8.
    const at = (place: number) =>
      depth === 8
        ? (line[place] ?? 0)
        : depth === 16
          ? (line[2 * place] ?? 0)
          : bitsAt(line, place, depth) * scale;
    for (let x = 0, to = 0, from = 0; x < pixels; x++, to += channels, from += samples) {
      out[to] = at(from);
      out[to + 1] = at(isGrey ? from : from + 1);
      out[to + 2] = at(isGrey ? from : from + 2);
      if (channels === 4) {
        out[to + 3] = hasAlpha ? at(from + samples - 1) : isKey(line, from, depth, key) ? 0 : 255;
      }
    }
  };
}

/** Whether a pixel has the one transparent colour, in all of its bits. */
function isKey(line: Uint8Array, from: number, depth: number, key: readonly number[] = []) {
  return key.every((value, i) => sampleAt(line, from + i, depth) === value);
}

function sampleAt(line: Uint8Array, place: number, depth: number): number {
  if (depth === 16) return 256 * (line[2 * place] ?? 0) + (line[2 * place + 1] ?? 0);
  return bitsAt(line, place, depth);
}

/** Returns a sample of 1, 2, 4 or 8 bits. */
function bitsAt(line: Uint8Array, place: number, depth: number): number {
  if (depth === 8) return line[place] ?? 0;
  const bit = place * depth;
  return ((line[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** @throws {Error} when there are too few bytes */
function wordsOf(bytes: Uint8Array, count: number): readonly number[] {
  if (bytes.length < 2 * count) {
    throw new Error("the transparent colour is incomplete");
  }
  return Array.from(
    { length: count },
    (_, i) => 256 * (bytes[2 * i] ?? 0) + (bytes[2 * i + 1] ?? 0),
  );
}
