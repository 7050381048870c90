import { readOrientation } from "../image/exif.ts";
import type { Orientation } from "../image/orient.ts";
import { imageError } from "./errors.ts";
import type { ImageHeader } from "./header.ts";

const [TEM, RST0, RST7, EOI, SOS, APP1] = [0x01, 0xd0, 0xd7, 0xd9, 0xda, 0xe1];
const [SOI, DHT, JPG, DAC] = [0xd8, 0xc4, 0xc8, 0xcc];
const [SOF_BASELINE, SOF_EXTENDED, SOF_PROGRESSIVE] = [0xc0, 0xc1, 0xc2];

/**
 * Every scan of a progressive picture costs a pass over all of it, however few bytes it has. The
 * usual scripts of encoders have 10 scans; none needs as many as this.
 */
const MOST_SCANS = 100;

const TRUNCATED = "The JPEG picture is broken: it ends too early.";

/**
 * Reads a JPEG's size and orientation, and follows its markers to the end of the picture, as
 * decoders fill what is missing with grey and call it decoded.
 *
 * @throws {@link UserError} `broken_image`, `unsupported_image`
 */
export function readJpegHeader(bytes: Uint8Array): ImageHeader {
  let size: Pick<ImageHeader, "width" | "height"> | undefined;
  let orientation: Orientation | undefined;
  let scans = 0;
  for (const { marker, body } of segments(bytes)) {
    if (isStartOfFrame(marker)) {
      size ??= readFrame(marker, body);
    } else if (marker === APP1 && orientation === undefined && isExif(body)) {
      orientation = readOrientation(body);
    } else if (marker === SOS && ++scans > MOST_SCANS) {
      throw imageError("unsupported_image", `The JPEG picture has over ${MOST_SCANS} scans.`);
    }
  }
  if (size === undefined || scans === 0) {
    throw imageError("broken_image", "The JPEG picture is broken: there is no picture in it.");
  }
  return { format: "jpeg", ...size, orientation: orientation ?? 1 };
}

interface Segment {
  readonly marker: number;
  /** What follows the length, without a scan's coded data. */
  readonly body: Uint8Array;
}

/** The segments between SOI and EOI. Coded data, fill bytes and garbage are passed over. */
function* segments(bytes: Uint8Array): Generator<Segment> {
  let at = 2;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const marker = bytes[at + 1];
    if (at === -1 || marker === undefined) {
      throw imageError("broken_image", TRUNCATED);
    }
    if (marker === EOI) {
      return;
    }
    if (marker === 0xff) {
      at += 1; // A fill byte.
    } else if (isAlone(marker)) {
      at += 2;
    } else {
      const end = at + 2 + 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
      if (end < at + 4 || end > bytes.length) {
        throw imageError("broken_image", TRUNCATED);
      }
      yield { marker, body: bytes.subarray(at + 4, end) };
      at = end;
    }
  }
}

/** Markers without a body, and 0xff00, which is a coded 0xff. */
function isAlone(marker: number): boolean {
  return marker === 0 || marker === TEM || marker === SOI || (marker >= RST0 && marker <= RST7);
}

function isStartOfFrame(marker: number): boolean {
  return (marker & 0xf0) === 0xc0 && marker !== DHT && marker !== JPG && marker !== DAC;
}

function isExif(body: Uint8Array): boolean {
  return [0x45, 0x78, 0x69, 0x66, 0, 0].every((byte, i) => body[i] === byte);
}

/** Reads a frame header: precision, height, width, components (ITU-T T.81, B.2.2). */
function readFrame(marker: number, body: Uint8Array): Pick<ImageHeader, "width" | "height"> {
  if (body.length < 6) {
    throw imageError("broken_image", TRUNCATED);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const components = view.getUint8(5);
  if (marker !== SOF_BASELINE && marker !== SOF_EXTENDED && marker !== SOF_PROGRESSIVE) {
    throw unsupported("is lossless, hierarchical or arithmetic-coded");
  }
  if (view.getUint8(0) !== 8) {
    throw unsupported(`has ${view.getUint8(0)} bits a sample`);
  }
  if (components === 4) {
    throw unsupported("is in CMYK, for print");
  }
  if (components !== 1 && components !== 3) {
    throw unsupported(`has ${components} components`);
  }
  return { height: view.getUint16(1), width: view.getUint16(3) };
}

function unsupported(kind: string): Error {
  return imageError(
    "unsupported_image",
    `The JPEG picture ${kind}; save it as an ordinary JPEG (RGB, baseline or progressive).`,
  );
}
