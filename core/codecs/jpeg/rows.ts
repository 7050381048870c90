import type { Rows } from "../../image/pixels.ts";
import { type ColourHints, colourModel, toRgb } from "./colour.ts";
import type { Component, Frame, Reduction } from "./frame.ts";

/** Converts a decoded frame to RGB, row by row. */
export function frameRows(frame: Frame, reduction: Reduction, hints: ColourHints): Rows {
  const width = Math.ceil((frame.width * reduction.across) / 8);
  const height = Math.ceil((frame.height * reduction.down) / 8);
  const from = { width: frame.width, height: frame.height };
  const cell = { width: 8 / reduction.across, height: 8 / reduction.down };
  const reduced = { from, cell };
  return { width, height, channels: 3, reduced, rows: () => generateRows(frame, reduction, hints) };
}

function* generateRows(frame: Frame, reduction: Reduction, hints: ColourHints) {
  const { components } = frame;
  const width = Math.ceil((frame.width * reduction.across) / 8);
  const height = Math.ceil((frame.height * reduction.down) / 8);
  const channels = components.length;
  const ids = components.map(({ id }) => id);
  const model = colourModel(ids, hints);
  const columns = components.map((component) => columnsOf(component, frame, reduction, width));
  const samples = new Float32Array(width * channels);
  const row = new Uint8ClampedArray(3 * width);
  for (let y = 0; y < height; y++) {
    for (const [c, component] of components.entries()) {
      const start = rowStart(component, frame, reduction, y);
      gather(component.sums, start, columns[c] ?? new Int32Array(0), samples, c, channels);
    }
    toRgb(samples, model);
    for (let x = 0; x < width; x++) {
      const from = x * channels;
      const grey = samples[from] ?? 0;
      // A clamped array rounds to the nearest.
      row[3 * x] = grey;
      row[3 * x + 1] = channels === 1 ? grey : (samples[from + 1] ?? 0);
      row[3 * x + 2] = channels === 1 ? grey : (samples[from + 2] ?? 0);
    }
    yield row;
  }
}

/** Returns, for each column of the image, the place of a component's sum in its row. */
function columnsOf(
  { across, cells }: Component,
  frame: Frame,
  reduction: Reduction,
  width: number,
): Int32Array {
  const ratio = (across * cells.across) / (frame.across * reduction.across);
  return Int32Array.from({ length: width }, (_, x) => {
    const column = Math.floor(x * ratio);
    const cell = column % cells.across;
    return ((column - cell) / cells.across) * cells.across * cells.down + cell;
  });
}

/** Returns the place of a component's first sum in a row of the image. */
function rowStart(
  { down, cells, stride }: Component,
  frame: Frame,
  reduction: Reduction,
  y: number,
): number {
  const row = Math.floor((y * down * cells.down) / (frame.down * reduction.down));
  const cell = row % cells.down;
  const block = ((row - cell) / cells.down) * stride;
  return block * cells.across * cells.down + cell * cells.across;
}

/** Writes one channel of a row, as samples from 0 to 255. */
function gather(
  sums: Float32Array,
  start: number,
  columns: Int32Array,
  samples: Float32Array,
  channel: number,
  channels: number,
): void {
  for (let x = 0, to = channel; x < columns.length; x++, to += channels) {
    const sample = (sums[start + (columns[x] ?? 0)] ?? 0) + 128;
    samples[to] = Math.max(0, Math.min(sample, 255));
  }
}
