/**
 * A decoder of PNG images that gives them out row by row. It inflates no more than the rows need
 * and looks at no chunk that the image can be seen without, so that there is nothing in a file
 * that grows out of bounds.
 *
 * @module
 */

import type { Rows } from "../../image/pixels.ts";
import { chunks } from "./chunks.ts";
import { type Colours, channelsOf, type Expand, expander } from "./colours.ts";
import { type PngFrame, readFrame } from "./frame.ts";
import { Inflater } from "./inflate.ts";
import { type Pass, passes } from "./interlace.ts";
import { Scanlines } from "./scanlines.ts";

/**
 * Decodes a file whose header was accepted.
 *
 * @returns RGB or RGBA rows of 8 bits
 * @throws {Error} when a part of the image is damaged or missing, also while rows are read
 */
export function decodePng(bytes: Uint8Array): Rows {
  const { frame, colours, data } = readParts(bytes);
  const { width, height, interlaced } = frame;
  const channels = channelsOf(frame, colours);
  const expand = expander(frame, colours);
  const rows = () => {
    const lines = new Scanlines(new Inflater(data));
    return interlaced
      ? interlacedRows(frame, lines, expand, channels)
      : plainRows(frame, lines, expand, channels);
  };
  return { width, height, channels, rows };
}

interface Parts {
  readonly frame: PngFrame;
  readonly colours: Colours;
  readonly data: readonly Uint8Array[];
}

function readParts(bytes: Uint8Array): Parts {
  let frame: PngFrame | undefined;
  const colours: Colours = {};
  const data: Uint8Array[] = [];
  for (const { type, body } of chunks(bytes)) {
    frame ??= readFrame(type, body);
    if (type === "PLTE") colours.palette ??= body;
    else if (type === "tRNS") colours.transparency ??= body;
    else if (type === "IDAT") data.push(body);
  }
  if (frame === undefined) {
    throw new Error("there is no header");
  }
  return { frame, colours, data };
}

/** Yields the lines of one pass over the image, as bytes; the whole image has one if not interlaced. */
function* linesOf({ depth, samples }: PngFrame, width: number, height: number, lines: Scanlines) {
  const bits = depth * samples;
  const distance = Math.max(1, bits / 8);
  let above = new Uint8Array(Math.ceil((width * bits) / 8));
  let line = new Uint8Array(above.length);
  for (let y = 0; y < height; y++) {
    lines.read(line, above, distance);
    yield line;
    [line, above] = [above, line];
  }
}

function* plainRows(frame: PngFrame, lines: Scanlines, expand: Expand, channels: 3 | 4) {
  const row = new Uint8Array(frame.width * channels);
  for (const line of linesOf(frame, frame.width, frame.height, lines)) {
    expand(line, row, frame.width);
    yield row;
  }
}

/** Decodes the whole image first, because its last pass still adds every other row. */
function* interlacedRows(frame: PngFrame, lines: Scanlines, expand: Expand, channels: 3 | 4) {
  const { width, height } = frame;
  const pixels = new Uint8Array(width * height * channels);
  for (const pass of passes(width, height)) {
    const row = new Uint8Array(pass.width * channels);
    let y = pass.top;
    for (const line of linesOf(frame, pass.width, pass.height, lines)) {
      expand(line, row, pass.width);
      spread(row, pixels.subarray(y * width * channels), pass, channels);
      y += pass.stepDown;
    }
  }
  for (let y = 0; y < height; y++) {
    yield pixels.subarray(y * width * channels, (y + 1) * width * channels);
  }
}

function spread(row: Uint8Array, to: Uint8Array, pass: Pass, channels: number): void {
  for (let x = 0; x < pass.width; x++) {
    const place = (pass.left + x * pass.stepAcross) * channels;
    for (let c = 0; c < channels; c++) to[place + c] = row[x * channels + c] ?? 0;
  }
}
