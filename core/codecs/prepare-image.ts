import { orientSize } from "../image/orient.ts";
import type { Size } from "../image/pixels.ts";
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
  const { orientation } = image.header;
  const least = leastSize(image.header, preparation);
  return readImage(image, decoders, (picture) => prepare(picture, orientation, preparation), least);
}

/** The size that a picture may be reduced to, unless its shape matters. */
function leastSize({ orientation }: ImageHeader, preparation: Preparation): Size | undefined {
  if (preparation.fit !== "stretch") return undefined;
  const { width, height } = orientSize(preparation, orientation);
  return { width: REST * width, height: REST * height };
}
