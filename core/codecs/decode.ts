import { type Pixels, type Raster, rowsOf, type Size, toPixels } from "../image/pixels.ts";
import { CodecUnavailableError, imageError, MemoryLimitError } from "./errors.ts";
import { type ImageHeader, readHeader } from "./header.ts";
import { FORMAT_NAMES, pixelsIn } from "./kinds.ts";
import type { ImageFormat } from "./sniff.ts";

/** A file whose header {@link checkImage} accepted. */
export interface CheckedImage {
  readonly bytes: Uint8Array;
  readonly header: ImageHeader;
  /** The most memory that decoding may take, in bytes. */
  readonly memory?: number | undefined;
}

/** A file to decode, and how small its image may become. */
export interface DecodeRequest extends CheckedImage {
  /**
   * The smallest size, as stored, that is large enough: a decoder may reduce the image to it, in
   * either direction, by averaging. Absent: the image is decoded at its own size.
   */
  readonly least?: Size | undefined;
}

/**
 * Decodes one file to its stored rows and columns, without turning them by EXIF, and gives them to
 * `use` before it yields, so that only one decoded image is in memory at a time.
 *
 * @throws {CodecUnavailableError} when the codec cannot be loaded
 * @throws {MemoryLimitError} when the codec needs more memory than the request allows
 * @throws anything at all for a broken file, also while `use` reads rows
 */
export type Decoder = <T>(request: DecodeRequest, use: (raster: Raster) => T) => Promise<T>;

/** A decoder for each format. Node and Workers load them in different ways. */
export type Decoders = Readonly<Record<ImageFormat, Decoder>>;

/** Limits on the images that are decoded. */
export interface DecodeLimits {
  /** The largest number of pixels (width times height). */
  readonly pixels: number;
  /** The memory that decoding may take, in bytes: kinds that need more of it may have fewer pixels. */
  readonly memory?: number;
}

/** A decoded image as it is stored, with the header that says how to turn it. */
export interface DecodedImage {
  readonly pixels: Pixels;
  readonly header: ImageHeader;
}

/**
 * Decodes a file from an untrusted source into memory, at its own size.
 *
 * @throws {UserError} a code of `IMAGE_ERRORS` when the file is not an image within the limits
 * @throws {CodecUnavailableError} when the codec cannot be loaded
 */
export async function decodeImage(
  bytes: Uint8Array,
  decoders: Decoders,
  limits: DecodeLimits,
): Promise<DecodedImage> {
  const image = checkImage(bytes, limits);
  const pixels = await readImage(image, decoders, toPixels);
  return { pixels, header: image.header };
}

/**
 * Reads the header of a file and checks it against the limits, before a decoder allocates memory.
 *
 * @throws {UserError} `too_many_pixels` when the image is larger than the limits allow for its kind;
 *   other codes of `IMAGE_ERRORS` as {@link readHeader}
 */
export function checkImage(bytes: Uint8Array, limits: DecodeLimits): CheckedImage {
  const header = readHeader(bytes);
  const { width, height, kind } = header;
  const most = Math.min(limits.pixels, pixelsIn(limits.memory ?? Infinity, kind));
  if (width * height > most) {
    throw imageError(
      "too_many_pixels",
      `The image has ${width} x ${height} pixels; at most ${most} are decoded (${kind}).`,
    );
  }
  return { bytes, header, memory: limits.memory };
}

/**
 * Decodes an image and gives it to `use`. Whatever a decoder throws is taken for a fault of the
 * image and becomes a {@link UserError}, whose cause is kept for the log.
 *
 * @param use - computes the result from the image, which is not valid afterwards
 * @param least - the size that the image may be reduced to: see {@link DecodeRequest}
 * @returns what `use` returned
 * @throws {UserError} `broken_image` when the file cannot be decoded; `too_many_pixels` when that
 *   takes more memory than the limit
 * @throws {CodecUnavailableError} when the codec cannot be loaded
 * @throws whatever `use` throws
 */
export async function readImage<T>(
  image: CheckedImage,
  decoders: Decoders,
  use: (raster: Raster) => T,
  least?: Size,
): Promise<T> {
  const { header } = image;
  let misused: { readonly error: unknown } | undefined;
  try {
    return await decoders[header.format]({ ...image, least }, (raster) => {
      checkSize(raster, header, least);
      try {
        return use(guarded(raster, header));
      } catch (error) {
        misused = { error };
        throw error;
      }
    });
  } catch (error) {
    if (misused !== undefined) throw misused.error;
    if (error instanceof CodecUnavailableError) throw error;
    throw error instanceof MemoryLimitError ? tooLarge(header, error) : broken(header, error);
  }
}

function checkSize(raster: Size, header: Size, least: Size | undefined): void {
  for (const side of ["width", "height"] as const) {
    if (raster[side] > header[side] || (raster[side] < header[side] && least === undefined)) {
      throw new Error("the header and the image data give different sizes");
    }
  }
}

/** Turns errors that occur while rows are read into `broken_image`. */
function guarded(raster: Raster, header: ImageHeader): Raster {
  if ("data" in raster) return raster;
  return { ...raster, rows: () => guardedRows(raster, header) };
}

function* guardedRows(raster: Raster, header: ImageHeader) {
  try {
    yield* rowsOf(raster).rows();
  } catch (cause) {
    throw broken(header, cause);
  }
}

function tooLarge({ kind }: ImageHeader, cause: MemoryLimitError): Error {
  const mebibytes = Math.floor(cause.limit / 2 ** 20);
  return imageError(
    "too_many_pixels",
    `The image takes more than ${mebibytes} MiB of memory to decode (${kind}); send it smaller.`,
    { cause },
  );
}

function broken({ format, unterminated }: ImageHeader, cause: unknown): Error {
  const why = unterminated ? "it ends too early" : "it cannot be decoded";
  return imageError("broken_image", `The ${FORMAT_NAMES[format]} image is broken: ${why}.`, {
    cause,
  });
}
