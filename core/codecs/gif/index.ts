/**
 * A decoder of GIF images that yields the first frame row by row.
 *
 * @module
 */

import { onCanvas } from "../../image/canvas.ts";
import type { Rows } from "../../image/pixels.ts";
import { type GifFrame, readFirstFrame } from "./blocks.ts";
import { unpack } from "./lzw.ts";

/**
 * Decodes a file whose header was accepted. Pixels outside the frame are transparent.
 *
 * @returns RGBA rows
 * @throws {Error} when a part of the frame is damaged or missing, also while rows are read
 */
export function decodeGif(bytes: Uint8Array): Rows {
  const frame = readFirstFrame(bytes);
  const { width, height, interlaced, left, top, screen } = frame;
  const rows = () => colour(frame, interlaced ? interlacedLines(frame) : lines(frame));
  return onCanvas({ width, height, channels: 4, rows }, left, top, screen);
}

/** Converts lines of palette indices to RGBA rows. */
function* colour({ width, palette, transparent }: GifFrame, lines: Iterable<Uint8Array>) {
  const row = new Uint8Array(4 * width);
  for (const line of lines) {
    for (let x = 0; x < width; x++) {
      const index = line[x] ?? 0;
      row[4 * x] = palette[3 * index] ?? 0;
      row[4 * x + 1] = palette[3 * index + 1] ?? 0;
      row[4 * x + 2] = palette[3 * index + 2] ?? 0;
      row[4 * x + 3] = index === transparent ? 0 : 255;
    }
    yield row;
  }
}

/** The lines of the frame in the order in which they are stored. */
function* lines({ width, height, data, codeBits }: GifFrame) {
  const line = new Uint8Array(width);
  let [x, y] = [0, 0];
  for (const run of unpack(data, codeBits)) {
    for (let taken = 0; taken < run.length && y < height; ) {
      const piece = run.subarray(taken, taken + width - x);
      line.set(piece, x);
      taken += piece.length;
      x += piece.length;
      if (x === width) {
        yield line;
        x = 0;
        y++;
      }
    }
    if (y === height) return;
  }
  if (y < height) {
    throw new Error("there are fewer pixels than the header says");
  }
}

/** The first line and the step of each pass of an interlaced frame (GIF89a, appendix E). */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

function* interlacedLines(frame: GifFrame) {
  const { width, height } = frame;
  const pixels = new Uint8Array(width * height);
  const order = PASSES.flatMap(([first, step]) =>
    Array.from(
      { length: Math.max(0, Math.ceil((height - first) / step)) },
      (_, i) => first + i * step,
    ),
  );
  let stored = 0;
  for (const line of lines(frame)) {
    pixels.set(line, (order[stored++] ?? 0) * width);
  }
  for (let y = 0; y < height; y++) {
    yield pixels.subarray(y * width, (y + 1) * width);
  }
}
