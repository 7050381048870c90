/**
 * A decoder of JPEG images that gives them out reduced, for images that would not fit into
 * memory at their own size: baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK.
 *
 * Each coefficient is added to the reduced image as soon as it is read ({@link cosines}), so that
 * there is neither an image of full size nor an array of coefficients.
 *
 * @module
 */

import type { Rows } from "../../image/pixels.ts";
import { BitReader } from "./bit-reader.ts";
import type { ColourHints } from "./colour.ts";
import { type Frame, type Reduction, readFrame } from "./frame.ts";
import { ProgressiveScan } from "./progressive.ts";
import { frameRows } from "./rows.ts";
import { decodeScan, readScan, type Scan } from "./scan.ts";
import { segments } from "./segments.ts";
import { decodeSequential } from "./sequential.ts";
import {
  defineHuffman,
  defineQuantisation,
  defineRestartInterval,
  noTables,
  type Tables,
} from "./tables.ts";

export type { Reduction } from "./frame.ts";
export { isReduction, reductionTo } from "./reduction.ts";

const [SOF_BASELINE, SOF_PROGRESSIVE] = [0xc0, 0xc2];
const [DHT, SOS, DQT, DRI, APP0, APP14] = [0xc4, 0xda, 0xdb, 0xdd, 0xe0, 0xee];

/**
 * Decodes a file whose header was accepted.
 *
 * @returns RGB rows of the image, reduced to the means of cells
 * @throws {Error} when a part of the image is damaged or missing
 */
export function decodeJpeg(bytes: Uint8Array, reduction: Reduction): Rows {
  const tables = noTables();
  const hints: ColourHints = { jfif: false };
  let frame: Frame | undefined;
  for (const { marker, body, end } of segments(bytes)) {
    if (marker === DQT) defineQuantisation(body, tables);
    else if (marker === DHT) defineHuffman(body, tables);
    else if (marker === DRI) defineRestartInterval(body, tables);
    else if (marker === APP0) hints.jfif ||= isNamed(body, "JFIF\0");
    else if (marker === APP14 && isNamed(body, "Adobe")) hints.adobe ??= body[11] ?? 0;
    else if (marker === SOS) decodePart(new BitReader(bytes, end), body, frame, tables);
    else if (marker >= SOF_BASELINE && marker <= SOF_PROGRESSIVE) {
      if (frame !== undefined) throw new Error("there are two frames");
      frame = readFrame(body, marker === SOF_PROGRESSIVE, reduction);
    }
  }
  if (frame === undefined) throw new Error("there is no frame");
  return frameRows(frame, reduction, hints);
}

/** Decodes one scan, unless it does not change the reduced image. */
function decodePart(
  reader: BitReader,
  body: Uint8Array,
  frame: Frame | undefined,
  tables: Tables,
): void {
  if (frame === undefined) throw new Error("a scan comes before its frame");
  const scan = readScan(body, frame, tables);
  if (!isSeen(scan)) return;
  const decoder = frame.progressive ? new ProgressiveScan(scan) : { decode: decodeSequential };
  decodeScan(reader, frame, scan, decoder);
}

function isSeen({ components, first, last }: Scan): boolean {
  return components.some(({ cosines }) => cosines.seen.subarray(first, last + 1).includes(1));
}

function isNamed(body: Uint8Array, name: string): boolean {
  return String.fromCharCode(...body.subarray(0, name.length)) === name;
}
