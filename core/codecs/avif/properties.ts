import { type Box, boxes, brokenAvif, findBox } from "./boxes.ts";

/**
 * Reads the properties of the main image, in the order in which they apply.
 *
 * @param meta - the body of the file's `meta` box
 * @throws {UserError} `broken_image` when the box is damaged or incomplete
 */
export function mainProperties(meta: Uint8Array): readonly Box[] {
  try {
    return readProperties(meta.subarray(4)); // Behind version and flags.
  } catch (error) {
    if (error instanceof RangeError) {
      throw brokenAvif("its header is damaged"); // An offset led out of a box.
    }
    throw error;
  }
}

/**
 * Tells whether any property of a file announces alpha (ISO/IEC 23000-22, 7.3.5.2).
 *
 * @param meta - the body of the file's `meta` box
 */
export function hasAlpha(meta: Uint8Array): boolean {
  const properties = findBox(meta.subarray(4), "iprp");
  const container = properties && findBox(properties, "ipco");
  return [...boxes(container ?? new Uint8Array(0))].some(
    ({ type, body }) => type === "auxC" && ALPHA.test(String.fromCharCode(...body)),
  );
}

const ALPHA = /auxiliary:alpha|auxid:1/;

function readProperties(meta: Uint8Array): readonly Box[] {
  const primary = findBox(meta, "pitm");
  const properties = findBox(meta, "iprp");
  const container = properties && findBox(properties, "ipco");
  const associations = properties && findBox(properties, "ipma");
  if (!primary || !container || !associations) {
    throw brokenAvif("its header is incomplete");
  }
  const view = viewOf(primary);
  const item = primary[0] === 0 ? view.getUint16(4) : view.getUint32(4);
  const all = [...boxes(container)];
  return readAssociations(associations, item).flatMap((index) => all[index - 1] ?? []);
}

/** Reads from `ipma` (ISO/IEC 23008-12, 9.3.1) the indices of an item's properties, from 1. */
function readAssociations(body: Uint8Array, wanted: number): readonly number[] {
  const view = viewOf(body);
  const [version, isWide] = [body[0] ?? 0, ((body[3] ?? 0) & 1) === 1];
  const indices: number[] = [];
  let at = 8;
  for (let entries = view.getUint32(4); entries > 0; entries--) {
    const item = version === 0 ? view.getUint16(at) : view.getUint32(at);
    at += version === 0 ? 2 : 4;
    for (let count = view.getUint8(at++); count > 0; count--) {
      const index = isWide ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f;
      at += isWide ? 2 : 1;
      if (item === wanted) indices.push(index);
    }
  }
  return indices;
}

/** Returns a view of the bytes, for reading numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
