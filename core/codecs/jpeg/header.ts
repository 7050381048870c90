import { readOrientation } from "../../image/exif.ts";
import type { Orientation } from "../../image/orient.ts";
import { imageError } from "../errors.ts";
import type { ImageHeader } from "../header.ts";
import { Coverage } from "./coverage.ts";
import { EOI, segments } from "./segments.ts";

const [SOS, APP1, DHT, JPG, DAC] = [0xda, 0xe1, 0xc4, 0xc8, 0xcc];
type Frame = Pick<ImageHeader, "width" | "height" | "kind" | "inks">;

/** `Exif\0\0` */
const EXIF_NAME = [0x45, 0x78, 0x69, 0x66, 0, 0];
const TRUNCATED = "The JPEG image is broken: it ends too early.";

const [SOF_BASELINE, SOF_EXTENDED, SOF_PROGRESSIVE] = [0xc0, 0xc1, 0xc2];

/**
 * Each scan of a progressive image costs a pass over the whole image, however few bytes it has.
 * Encoders usually write 10 scans.
 */
const MAX_SCANS = 100;

/**
 * Reads a JPEG's size and orientation, and follows its markers to the end of the image, because
 * decoders fill missing parts with grey and report success. Accepts a file without an end marker
 * when its scans hold the whole image, as browsers do.
 *
 * @throws {UserError} `broken_image` when the file is damaged or incomplete; `unsupported_image` for
 *   rare kinds of JPEG
 */
export function readJpegHeader(bytes: Uint8Array): ImageHeader {
  let frame: Frame | undefined;
  let coverage: Coverage | undefined;
  let orientation: Orientation | undefined;
  let scans = 0;
  let ended = false;
  for (const { marker, body } of segments(bytes)) {
    if (isStartOfFrame(marker)) {
      frame ??= readFrame(marker, body);
      coverage ??= new Coverage(body, marker === SOF_PROGRESSIVE);
    } else if (marker === APP1 && scans === 0 && isExif(body)) {
      orientation ??= readOrientation(body.subarray(EXIF_NAME.length));
    } else if (marker === SOS) {
      if (++scans > MAX_SCANS) {
        throw imageError("unsupported_image", `The JPEG image has over ${MAX_SCANS} scans.`);
      }
      coverage?.add(body);
    }
    ended = marker === EOI;
  }
  if (!ended && !coverage?.isComplete) {
    throw imageError("broken_image", TRUNCATED);
  }
  if (frame === undefined || scans === 0) {
    throw imageError("broken_image", "The JPEG image is broken: it has no image data.");
  }
  return { format: "jpeg", ...frame, orientation: orientation ?? 1, unterminated: !ended };
}

function isStartOfFrame(marker: number): boolean {
  return (marker & 0xf0) === 0xc0 && marker !== DHT && marker !== JPG && marker !== DAC;
}

function isExif(body: Uint8Array): boolean {
  return EXIF_NAME.every((byte, i) => body[i] === byte);
}

/** Reads a frame header: precision, height, width, components (ITU-T T.81, B.2.2). */
function readFrame(marker: number, body: Uint8Array): Frame {
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
  if (components !== 1 && components !== 3 && components !== 4) {
    throw unsupported(`has ${components} components`);
  }
  const kind = marker === SOF_PROGRESSIVE ? "progressive JPEG" : "baseline JPEG";
  return { kind, inks: components === 4, height: view.getUint16(1), width: view.getUint16(3) };
}

function unsupported(kind: string): Error {
  return imageError(
    "unsupported_image",
    `The JPEG image ${kind}; save it as an ordinary JPEG (8 bits, baseline or progressive).`,
  );
}
