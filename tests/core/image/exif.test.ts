import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOrientation } from "../../../core/image/exif.ts";

const ORIENTATION = 0x0112;
const MAKE = 0x010f;

describe("readOrientation", () => {
  test.each([true, false])("reads 1 to 8, little-endian: %s", (little) => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const exif = tiff(little, [
        [MAKE, 2, 4, 0],
        [ORIENTATION, 3, 1, orientation],
      ]);
      expect(readOrientation(exif)).toBe(orientation);
    }
  });

  test.each<[string, Uint8Array]>([
    ["no bytes", new Uint8Array(0)],
    ["text", new TextEncoder().encode("not EXIF at all, but long enough to be it")],
    ["no such tag", tiff(true, [[MAKE, 2, 4, 0]])],
    ["0", tiff(true, [[ORIENTATION, 3, 1, 0]])],
    ["9", tiff(true, [[ORIENTATION, 3, 1, 9]])],
    ["another type", tiff(true, [[ORIENTATION, 5, 1, 6]])],
    ["two values", tiff(true, [[ORIENTATION, 3, 2, 6]])],
    ["another magic number", tiff(true, [[ORIENTATION, 3, 1, 6]]).with(2, 43)],
    ["another byte order", tiff(true, [[ORIENTATION, 3, 1, 6]]).with(0, 0x4d)],
    ["a directory outside", tiff(true, [[ORIENTATION, 3, 1, 6]]).with(7, 0xff)],
    ["a tag cut off", tiff(true, [[ORIENTATION, 3, 1, 6]]).subarray(0, 16)],
  ])("returns 1 for damaged or missing data: %s", (_, exif) => {
    expect(readOrientation(exif)).toBe(1);
  });

  test("returns 1 to 8 for arbitrary bytes", () => {
    const start = tiff(true, [[ORIENTATION, 3, 1, 3]]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat({ max: 26 }), (bytes, kept) => {
        const orientation = readOrientation(Uint8Array.of(...start.subarray(0, kept), ...bytes));
        expect(orientation).toBeGreaterThanOrEqual(1);
        expect(orientation).toBeLessThanOrEqual(8);
      }),
    );
  });
});

type Entry = readonly [tag: number, type: number, count: number, value: number];

/** A TIFF file of one directory. */
function tiff(little: boolean, entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(10 + 12 * entries.length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, entries.length, little);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + 12 * i;
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, count, little);
    view.setUint16(at + 8, value, little);
  }
  return bytes;
}
