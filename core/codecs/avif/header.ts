import type { Orientation } from "../../image/orient.ts";
import type { ImageHeader } from "../header.ts";
import type { ImageKind } from "../kinds.ts";
import { type Box, boxes, brokenAvif } from "./boxes.ts";
import { hasAlpha, mainProperties, viewOf } from "./properties.ts";

/**
 * Reads the size and the orientation of an AVIF. The orientation is that of its own properties; its
 * EXIF only repeats it (ISO/IEC 23008-12, 6.5.10).
 *
 * @throws {UserError} `broken_image` when the file is damaged, has no size or ends too early
 */
export function readAvifHeader(bytes: Uint8Array): ImageHeader {
  const meta = readMeta(bytes);
  const properties = mainProperties(meta);
  const size = properties.find(({ type }) => type === "ispe")?.body;
  if (size === undefined || size.length < 12) {
    throw brokenAvif("it has no size");
  }
  const view = viewOf(size);
  const [width, height] = [view.getUint32(4), view.getUint32(8)];
  const kind = kindOf(properties, hasAlpha(meta));
  return { format: "avif", kind, width, height, orientation: orientationOf(properties) };
}

const [HIGH_BITS, GREY, HALVED_ACROSS, HALVED_DOWN] = [0x40, 0x10, 0x08, 0x04];

/** Reads from `av1C` what decides how much memory decoding takes (AV1 in ISOBMFF, 2.3). */
function kindOf(properties: readonly Box[], alpha: boolean): ImageKind {
  if (alpha) return "AVIF with alpha";
  const flags = properties.find(({ type }) => type === "av1C")?.body[2];
  if (flags === undefined) return "AVIF"; // A grid of smaller images.
  const isHalved = (flags & HALVED_ACROSS) !== 0 && (flags & HALVED_DOWN) !== 0;
  const isPlain = (flags & HIGH_BITS) === 0 && (isHalved || (flags & GREY) !== 0);
  return isPlain ? "AVIF" : "AVIF of 10 bits or 4:4:4";
}

/** Returns the box that describes the image, if the file has data too. */
function readMeta(bytes: Uint8Array): Uint8Array {
  let meta: Uint8Array | undefined;
  let hasData = false;
  for (const { type, body } of boxes(bytes)) {
    if (type === "meta") meta ??= body;
    if (type === "mdat") hasData = true;
    if (meta !== undefined && hasData) return meta;
  }
  throw brokenAvif("it ends too early");
}

/** The EXIF orientation for each number of quarter turns to the left, without and with a mirror. */
const TURNED: readonly Orientation[] = [1, 8, 3, 6];
const TURNED_THEN_ROWS_SWAPPED: readonly Orientation[] = [4, 5, 2, 7];
const TURNED_THEN_COLUMNS_SWAPPED: readonly Orientation[] = [2, 7, 4, 5];

/** `irot` turns first, `imir` mirrors then (MIAF, ISO/IEC 23000-22, 7.3.6.7). */
function orientationOf(properties: readonly Box[]): Orientation {
  const turns = (properties.find(({ type }) => type === "irot")?.body[0] ?? 0) & 3;
  const mirror = properties.find(({ type }) => type === "imir")?.body[0];
  const numbers =
    mirror === undefined
      ? TURNED
      : (mirror & 1) === 0
        ? TURNED_THEN_ROWS_SWAPPED
        : TURNED_THEN_COLUMNS_SWAPPED;
  return numbers[turns] ?? 1;
}
