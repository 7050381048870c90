import { place } from "../image/fit.ts";
import { orientSize } from "../image/orient.ts";
import type { Picture, Size } from "../image/pixels.ts";
import { type Preparation, prepare } from "../image/prepare.ts";
import { type CheckedImage, type Decoders, readImage } from "./decode.ts";
import type { ImageHeader } from "./header.ts";

/**
 * How many times larger than the network's input a picture stays while it is decoded. Averaging
 * whole pixels first, and resizing to a half or less what is left of them, is almost the same as
 * resizing alone (docs/images.md has the figures).
 */
const REST = 2;

/**
 * Makes the network's input of a picture whose origin nobody vouches for.
 *
 * @returns `[height, width, 3]` of the preparation, RGB, 0 to 255
 * @throws {@link UserError} `broken_image`
 * @throws {@link CodecUnavailableError}
 */
export function prepareImage(
  image: CheckedImage,
  preparation: Preparation,
  decoders: Decoders,
): Promise<Uint8Array> {
  const { header } = image;
  const use = (picture: Picture) => prepare(picture, header.orientation, preparation);
  return readImage(image, decoders, use, leastSize(header, preparation));
}

/** The size that all of a picture may be reduced to, so that what is seen of it is large enough. */
function leastSize(header: ImageHeader, preparation: Preparation): Size {
  const stored = orientSize(preparation, header.orientation);
  const { window, place: to } = place(header, stored, preparation.fit);
  return {
    width: Math.ceil((REST * to.width * header.width) / window.width),
    height: Math.ceil((REST * to.height * header.height) / window.height),
  };
}
