import { imageError } from "./errors.ts";
import { listFormats } from "./kinds.ts";

/** The formats that are read here. */
export const IMAGE_FORMATS = ["jpeg", "png", "webp", "gif", "avif"] as const;

/** One of {@link IMAGE_FORMATS}. */
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** A name, and what stands at which byte; a letter for a byte. */
type Signature<Name> = readonly [name: Name, offset: number, letters: string];

const SIGNATURES: readonly Signature<ImageFormat>[] = [
  ["jpeg", 0, "\xff\xd8\xff"],
  ["png", 0, "\x89PNG\r\n\x1a\n"],
  ["webp", 8, "WEBP"],
  ["gif", 0, "GIF87a"],
  ["gif", 0, "GIF89a"],
];

/** What else people send, so that the refusal can say what it is. */
const OTHERS: readonly Signature<string>[] = [
  ["a HEIC picture", 4, "ftyphei"],
  ["a HEIC picture", 4, "ftyphev"],
  ["a HEIC picture", 4, "ftypmif1"],
  ["a HEIC picture", 4, "ftypmsf1"],
  ["a video", 4, "ftyp"],
  ["a video", 0, "\x1a\x45\xdf\xa3"],
  ["a BMP picture", 0, "BM"],
  ["a TIFF picture", 0, "II*\0"],
  ["a TIFF picture", 0, "MM\0*"],
  ["a JPEG XL picture", 0, "\xff\x0a"],
  ["a JPEG XL picture", 0, "\0\0\0\x0cJXL "],
  ["an icon", 0, "\0\0\x01\0"],
  ["a PDF document", 0, "%PDF-"],
];

/** Tried in this order, as pages contain drawings. */
const TEXTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["a web page", /^\W*(?:!DOCTYPE )?html|<html[\s>]|<head[\s>]|<body[\s>]/i],
  ["an SVG drawing", /<svg[\s>]/i],
  ["JSON", /^\s*[{[]/],
];

/** How many bytes are looked at: an SVG's root may stand behind a long preamble. */
const SNIFFED_BYTES = 1024;

/**
 * Tells a picture's format by its first bytes, whatever its name or media type claim.
 *
 * @throws {@link UserError} `empty_image`, or `unsupported_format` saying what it is
 */
export function sniffFormat(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) {
    throw imageError("empty_image", "The picture is empty: there are no bytes.");
  }
  const start = String.fromCharCode(...bytes.subarray(0, SNIFFED_BYTES));
  const format = named(SIGNATURES, start);
  if (format !== undefined || isAvif(start)) {
    return format ?? "avif";
  }
  const name = named(OTHERS, start) ?? TEXTS.find(([, pattern]) => pattern.test(start))?.[0];
  throw imageError(
    "unsupported_format",
    `This is ${name ?? "not a picture"}; ${listFormats()} pictures are understood.`,
  );
}

/** A file of HEIF's family says what it is in a list of names, of which the first is only the best. */
function isAvif(start: string): boolean {
  const names = start.slice(8, start.charCodeAt(3));
  return (
    start.startsWith("\0\0\0") && start.startsWith("ftyp", 4) && /^(?:.{4})*?avi[fs]/s.test(names)
  );
}

function named<Name>(signatures: readonly Signature<Name>[], start: string): Name | undefined {
  return signatures.find(([, offset, letters]) => start.startsWith(letters, offset))?.[0];
}
