import { type Picture, type Pixels, rowsOf, type Size, toPixels } from "../image/pixels.ts";
import { CodecUnavailableError, imageError, MemoryLimitError } from "./errors.ts";
import { type ImageHeader, readHeader } from "./header.ts";
import { FORMAT_NAMES, pixelsIn } from "./kinds.ts";
import type { ImageFormat } from "./sniff.ts";

/** A file that {@link checkImage} found no fault in. */
export interface CheckedImage {
  readonly bytes: Uint8Array;
  readonly header: ImageHeader;
  /** The most memory that decoding may take, in bytes. */
  readonly memory?: number | undefined;
}

/** What a decoder is asked for. */
export interface DecodeRequest extends CheckedImage {
  /**
   * The size, as stored, that would be enough: a decoder may reduce the picture in either direction,
   * by averaging, as long as it does not become smaller than that without need. Without it, it may
   * not.
   */
  readonly least?: Size | undefined;
}

/**
 * Decodes one file to its stored rows and columns, without turning them by EXIF, and gives them to
 * `use` before it yields, so that of all pictures that are being decoded only one is in memory.
 *
 * May throw anything at all at a broken file, also when a row is asked for; throws
 * {@link CodecUnavailableError} when the codec itself cannot be had.
 */
export type Decoder = <T>(request: DecodeRequest, use: (picture: Picture) => T) => Promise<T>;

/** A decoder for each format: which ones differs between Node and Workers. */
export type Decoders = Readonly<Record<ImageFormat, Decoder>>;

export interface DecodeLimits {
  /** The most pixels (width times height) of a picture. */
  readonly pixels: number;
  /** The most memory that decoding may take, in bytes: fewer pixels for kinds that need more. */
  readonly memory?: number;
}

export interface DecodedImage {
  readonly pixels: Pixels;
  readonly header: ImageHeader;
}

/**
 * Decodes a picture whose origin nobody vouches for, all of it into memory.
 *
 * @throws {@link UserError} with a code of `IMAGE_ERRORS`
 * @throws {@link CodecUnavailableError}
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
 * Reads a picture's header, and checks it against the limits, before a decoder sets memory aside.
 *
 * @throws {@link UserError} with a code of `IMAGE_ERRORS`
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
 * Decodes a picture while it is used. Whatever a decoder throws is the picture's fault and becomes
 * a {@link UserError}, with the cause kept for the log.
 *
 * @param use - makes what is wanted of the picture, which is gone afterwards
 * @param least - the size that the picture may be reduced to: see {@link DecodeRequest}
 * @throws {@link UserError} `broken_image`; whatever `use` throws
 * @throws {@link CodecUnavailableError}
 */
export async function readImage<T>(
  image: CheckedImage,
  decoders: Decoders,
  use: (picture: Picture) => T,
  least?: Size,
): Promise<T> {
  const { header } = image;
  let misused: { readonly error: unknown } | undefined;
  try {
    return await decoders[header.format]({ ...image, least }, (picture) => {
      checkSize(picture, header, least);
      try {
        return use(guarded(picture, header));
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

function checkSize(picture: Size, header: Size, least: Size | undefined): void {
  for (const side of ["width", "height"] as const) {
    if (picture[side] > header[side] || (picture[side] < header[side] && least === undefined)) {
      throw new Error("its header and its contents differ about its size");
    }
  }
}

/** A picture whose rows fail as broken pictures do. */
function guarded(picture: Picture, header: ImageHeader): Picture {
  if ("data" in picture) return picture;
  return { ...picture, rows: () => guardedRows(picture, header) };
}

function* guardedRows(picture: Picture, header: ImageHeader) {
  try {
    yield* rowsOf(picture).rows();
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
