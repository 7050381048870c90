import type { BrowserIndex } from "../../core/api/browser-index.ts";
import { checkImage, type Decoders } from "../../core/codecs/decode.ts";
import { prepareImage } from "../../core/codecs/prepare-image.ts";
import type { ImageFormat } from "../../core/codecs/sniff.ts";
import { UserError } from "../../core/errors.ts";
import { orientSize } from "../../core/image/orient.ts";
import type { Size } from "../../core/image/pixels.ts";
import { type Preparation, prepare } from "../../core/image/prepare.ts";
import type { ThreadImage } from "../messages.ts";

/** An image as the network takes it. */
export interface PreparedImage {
  /** `[height, width, 3]` of the preparation, RGB, 0 to 255. */
  readonly input: Uint8Array;
  /** The image as it is displayed; without a format if the browser decoded it. */
  readonly image: Size & { readonly format?: ImageFormat };
}

/** What preparing needs beside the image. */
interface Tools {
  readonly limits: BrowserIndex["limits"];
  readonly codecs: Decoders;
  readonly preparation: Preparation;
}

/**
 * Prepares an image as the network's input: a file with the service's decoders and limits.
 *
 * @throws {UserError} `too_many_bytes`, or a code of `IMAGE_ERRORS`
 */
export async function prepareAny(given: ThreadImage, tools: Tools): Promise<PreparedImage> {
  if ("bytes" in given) return prepareFile(new Uint8Array(given.bytes), tools);
  const { width, height, samples } = given;
  const pixels = { width, height, channels: 4, data: new Uint8Array(samples) } as const;
  return { input: prepare(pixels, 1, tools.preparation), image: { width, height } };
}

async function prepareFile(
  bytes: Uint8Array,
  { limits, codecs, preparation }: Tools,
): Promise<PreparedImage> {
  if (bytes.byteLength > limits.bytes) {
    throw new UserError(
      "too_many_bytes",
      `At most ${limits.bytes} bytes are accepted; there are ${bytes.byteLength}.`,
    );
  }
  const checked = checkImage(bytes, limits);
  const { header } = checked;
  const input = await prepareImage(checked, preparation, codecs);
  return { input, image: { ...orientSize(header, header.orientation), format: header.format } };
}
