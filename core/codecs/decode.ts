import type { Pixels } from "../image/pixels.ts";
import { CodecUnavailableError, imageError } from "./errors.ts";
import { type ImageHeader, readHeader } from "./header.ts";
import type { ImageFormat } from "./sniff.ts";

/**
 * Decodes one file to its stored rows and columns, without turning them by EXIF. May throw
 * anything at all at a broken file; throws {@link CodecUnavailableError} when the codec itself
 * cannot be had.
 */
export type Decoder = (bytes: Uint8Array) => Promise<Pixels>;

/** A decoder for each format: which ones differs between Node and Workers. */
export type Decoders = Readonly<Record<ImageFormat, Decoder>>;

export interface DecodeLimits {
  /** The most pixels (width times height) of a picture. */
  readonly pixels: number;
}

export interface DecodedImage {
  readonly pixels: Pixels;
  readonly header: ImageHeader;
}

/**
 * Decodes a picture whose origin nobody vouches for: {@link readImageHeader}, then
 * {@link decodePixels}.
 *
 * @throws {@link UserError} with a code of `IMAGE_ERRORS`
 * @throws {@link CodecUnavailableError}
 */
export async function decodeImage(
  bytes: Uint8Array,
  decoders: Decoders,
  limits: DecodeLimits,
): Promise<DecodedImage> {
  const header = readImageHeader(bytes, limits);
  return { pixels: await decodePixels(bytes, header, decoders), header };
}

/**
 * Reads what a picture says of itself, and refuses one that is too large before a decoder sets
 * memory aside.
 *
 * @throws {@link UserError} with a code of `IMAGE_ERRORS`
 */
export function readImageHeader(bytes: Uint8Array, limits: DecodeLimits): ImageHeader {
  const header = readHeader(bytes);
  checkPixels(header, limits);
  return header;
}

/**
 * Decodes a picture whose header was read. Whatever a decoder throws is the picture's fault and
 * becomes a {@link UserError}, with the cause kept for the log.
 *
 * @throws {@link UserError} `broken_image`
 * @throws {@link CodecUnavailableError}
 */
export async function decodePixels(
  bytes: Uint8Array,
  header: ImageHeader,
  decoders: Decoders,
): Promise<Pixels> {
  const pixels = await decodeOrRefuse(bytes, decoders[header.format], header.format);
  if (pixels.width === header.width && pixels.height === header.height) return pixels;
  throw broken(header.format, "its header and its contents differ about its size");
}

function checkPixels({ width, height }: ImageHeader, limits: DecodeLimits): void {
  if (width * height > limits.pixels) {
    throw imageError(
      "too_many_pixels",
      `The picture has ${width} x ${height} pixels; at most ${limits.pixels} are decoded.`,
    );
  }
}

async function decodeOrRefuse(
  bytes: Uint8Array,
  decode: Decoder,
  format: ImageFormat,
): Promise<Pixels> {
  try {
    return await decode(bytes);
  } catch (error) {
    if (error instanceof CodecUnavailableError) {
      throw error;
    }
    throw broken(format, "it cannot be decoded", { cause: error });
  }
}

const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  jpeg: "JPEG",
  png: "PNG",
  webp: "WebP",
};

function broken(format: ImageFormat, why: string, options?: ErrorOptions): Error {
  return imageError(
    "broken_image",
    `The ${FORMAT_NAMES[format]} picture is broken: ${why}.`,
    options,
  );
}
