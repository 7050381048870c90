import { place } from "../image/fit.ts";
import { orientSize } from "../image/orient.ts";
import type { Raster, Size } from "../image/pixels.ts";
import { type Preparation, prepare } from "../image/prepare.ts";
import { type CheckedImage, type Decoders, readImage } from "./decode.ts";
import type { ImageHeader } from "./header.ts";

/**
 * How many times larger than the network's input a decoder must leave the image. Averaging whole
 * pixels down to that, and resizing the rest, gives almost the same as resizing alone
 * (docs/images.md has the figures).
 */
const LEAST_OVERSIZE = 2;

/**
 * Decodes a file from an untrusted source, and prepares its image as the network's input.
 *
 * @returns `[height, width, 3]` of the preparation, RGB, 0 to 255
 * @throws {UserError} `broken_image` or `too_many_pixels`, as {@link readImage}
 * @throws {CodecUnavailableError} when the codec cannot be loaded
 */
export function prepareImage(
  image: CheckedImage,
  preparation: Preparation,
  decoders: Decoders,
): Promise<Uint8Array> {
  const { header } = image;
  const use = (raster: Raster) => prepare(raster, header.orientation, preparation);
  return readImage(image, decoders, use, leastSize(header, preparation));
}

/** The size that the whole image may be reduced to, so that the part in use is large enough. */
function leastSize(header: ImageHeader, preparation: Preparation): Size {
  const stored = orientSize(preparation, header.orientation);
  const { window, place: to } = place(header, stored, preparation.fit);
  return {
    width: Math.ceil((LEAST_OVERSIZE * to.width * header.width) / window.width),
    height: Math.ceil((LEAST_OVERSIZE * to.height * header.height) / window.height),
  };
}
