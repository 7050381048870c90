import type { Orientation } from "./orient.ts";

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;

/**
 * Reads the orientation out of a block of EXIF, which is a small TIFF file: what follows
 * `Exif\0\0` in a JPEG's APP1 segment, a PNG's `eXIf` chunk or a WebP's `EXIF` chunk (some writers
 * put the `Exif\0\0` there too, and it is skipped).
 *
 * A damaged block, or one that says nothing, means 1: the picture is stored as it is seen. A
 * picture is never refused for its metadata.
 */
export function readOrientation(exif: Uint8Array): Orientation {
  const tiff = exif.subarray(startsWithExif(exif) ? 6 : 0);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    return readTag(view, isLittleEndian(view));
  } catch (error) {
    if (error instanceof RangeError) {
      return 1; // An offset led out of the block.
    }
    throw error;
  }
}

function startsWithExif(block: Uint8Array): boolean {
  return [0x45, 0x78, 0x69, 0x66, 0, 0].every((byte, i) => block[i] === byte);
}

function isLittleEndian(view: DataView): boolean {
  return view.getUint16(0) === 0x4949;
}

/** Looks the tag up in the first directory, which describes the picture (the next, its thumbnail). */
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
