import { imageError } from "./errors.ts";
import { listFormats } from "./kinds.ts";

/** The formats that are read here. */
export const IMAGE_FORMATS = ["jpeg", "png", "webp", "gif", "avif"] as const;

/** One of {@link IMAGE_FORMATS}. */
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** The bytes at an offset by which a format is recognised, written as Latin-1 text. */
type Signature<Name> = readonly [name: Name, offset: number, letters: string];

const SIGNATURES: readonly Signature<ImageFormat>[] = [
  ["jpeg", 0, "\xff\xd8\xff"],
  ["png", 0, "\x89PNG\r\n\x1a\n"],
  ["webp", 8, "WEBP"],
  ["gif", 0, "GIF87a"],
  ["gif", 0, "GIF89a"],
];

/** Other formats that people send, so that the refusal can name them. */
const OTHERS: readonly Signature<string>[] = [
  ["a HEIC image", 4, "ftyphei"],
  ["a HEIC image", 4, "ftyphev"],
  ["a HEIC image", 4, "ftypmif1"],
  ["a HEIC image", 4, "ftypmsf1"],
  ["a video", 4, "ftyp"],
  ["a video", 0, "\x1a\x45\xdf\xa3"],
  ["a BMP image", 0, "BM"],
  ["a TIFF image", 0, "II*\0"],
  ["a TIFF image", 0, "MM\0*"],
  ["a JPEG XL image", 0, "\xff\x0a"],
  ["a JPEG XL image", 0, "\0\0\0\x0cJXL "],
  ["a JPEG 2000 image", 0, "\0\0\0\x0cjP  "],
  ["a JPEG 2000 image", 0, "\xff\x4f\xff\x51"],
  ["a Photoshop file (PSD)", 0, "8BPS"],
  ["an HDR image (Radiance)", 0, "#?RADIANCE"],
  ["an HDR image (Radiance)", 0, "#?RGBE"],
  ["an OpenEXR image", 0, "\x76\x2f\x31\x01"],
  ["a JPEG XR image", 0, "II\xbc"],
  ["a DDS image", 0, "DDS "],
  ["a QOI image", 0, "qoif"],
  ["a GIMP file (XCF)", 0, "gimp xcf"],
  ["an icon", 0, "\0\0\x01\0"],
  ["a PDF document", 0, "%PDF-"],
];

/** Patterns for what has no fixed signature, in the order of trial: pages contain drawings. */
const PATTERNS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["a PPM, PGM or PBM image", /^P[1-7Ff][\s#]/],
  ["a web page", /^\W*(?:!DOCTYPE )?html|<html[\s>]|<head[\s>]|<body[\s>]/i],
  ["an SVG drawing", /<svg[\s>]/i],
  ["JSON", /^\s*[{[]/],
];

/** How many bytes are examined: the root of an SVG may follow a long preamble. */
const SNIFFED_BYTES = 1024;

/**
 * Recognises the format of an image by its first bytes; the name and the media type are ignored.
 *
 * @throws {UserError} `empty_image` when there are no bytes; `unsupported_format` for anything but
 *   {@link IMAGE_FORMATS}, which the message names where it can
 */
export function sniffFormat(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) {
    throw imageError("empty_image", "The image is empty: there are no bytes.");
  }
  const start = String.fromCharCode(...bytes.subarray(0, SNIFFED_BYTES));
  const format = named(SIGNATURES, start);
  if (format !== undefined || isAvif(start)) {
    return format ?? "avif";
  }
  const name =
    named(OTHERS, start) ??
    PATTERNS.find(([, pattern]) => pattern.test(start))?.[0] ??
    (isTga(bytes) ? "a TGA image" : "not an image");
  throw imageError(
    "unsupported_format",
    `This is ${name}; ${listFormats()} images are understood.`,
  );
}

/** Whether any of the brands of a HEIF file is AVIF's: the first brand is only the preferred one. */
function isAvif(start: string): boolean {
  const names = start.slice(8, start.charCodeAt(3));
  return (
    start.startsWith("\0\0\0") && start.startsWith("ftyp", 4) && /^(?:.{4})*?avi[fs]/s.test(names)
  );
}

const [TGA_MAPPED, TGA_MAPPED_PACKED] = [1, 9];
const TGA_TYPES = [TGA_MAPPED, 2, 3, TGA_MAPPED_PACKED, 10, 11];
const TGA_DEPTHS = [8, 15, 16, 24, 32];

/** Guesses from the fields of the header, as TGA has no signature. */
function isTga(bytes: Uint8Array): boolean {
  const [colourMap = 2, type = 0, depth = 0] = [bytes[1], bytes[2], bytes[16]];
  const hasSize = [12, 14].every((at) => (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) > 0);
  const needsMap = type === TGA_MAPPED || type === TGA_MAPPED_PACKED;
  return (
    colourMap === Number(needsMap) &&
    TGA_TYPES.includes(type) &&
    TGA_DEPTHS.includes(depth) &&
    hasSize
  );
}

function named<Name>(signatures: readonly Signature<Name>[], start: string): Name | undefined {
  return signatures.find(([, offset, letters]) => start.startsWith(letters, offset))?.[0];
}
