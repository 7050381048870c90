import type { Orientation } from "./orient.ts";

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;

/**
 * Reads the orientation from an EXIF block, which is a small TIFF file: what follows `Exif\0\0` in a
 * JPEG's APP1 segment, or a PNG's `eXIf` chunk.
 *
 * @returns 1, the image as stored, for a damaged block and for one without an orientation: an image
 *   is never refused for its metadata
 */
export function readOrientation(exif: Uint8Array): Orientation {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  try {
    return readTag(view, isLittleEndian(view));
  } catch (error) {
    if (error instanceof RangeError) {
      return 1; // An offset led out of the block.
    }
    throw error;
  }
}

function isLittleEndian(view: DataView): boolean {
  return view.getUint16(0) === 0x4949;
}

/** Looks the tag up in the first directory, which describes the image (the next, its thumbnail). */
function readTag(view: DataView, little: boolean): Orientation {
  if ((!little && view.getUint16(0) !== 0x4d4d) || view.getUint16(2, little) !== 42) {
    return 1;
  }
  const directory = view.getUint32(4, little);
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * ENTRY_BYTES;
    if (view.getUint16(entry, little) === ORIENTATION_TAG) {
      const isOneShort =
        view.getUint16(entry + 2, little) === SHORT && view.getUint32(entry + 4, little) === 1;
      return isOneShort ? toOrientation(view.getUint16(entry + 8, little)) : 1;
    }
  }
  return 1;
}

function toOrientation(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}
