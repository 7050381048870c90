import type { Captioner, CaptionOptions } from "../../core/captioner.ts";
import { checkImage, type Decoders } from "../../core/codecs/decode.ts";
import type { ImageHeader } from "../../core/codecs/header.ts";
import { prepareImage } from "../../core/codecs/prepare-image.ts";
import { type Withheld, withholdUnsure } from "../../core/confidence/withhold.ts";
import { UserError } from "../../core/errors.ts";
import { refuseBlank } from "../../core/image/contrast.ts";
import { orientSize } from "../../core/image/orient.ts";
import { readImage } from "./read-image.ts";

/** The best caption of an image. */
export interface ImageCaption {
  /** The image's path or URL, as it was given or found. */
  readonly path: string;
  readonly caption: string;
  readonly tokens: readonly string[];
  /** Natural logarithm of the caption's probability. */
  readonly logProbability: number;
  /** False if the caption had to be cut to a limit on its length. */
  readonly complete: boolean;
  /** From 0 to 1, if the model estimates it. */
  readonly confidence?: number;
  /** The size of the image as it is displayed. */
  readonly image: Pick<ImageHeader, "width" | "height" | "format">;
}

/** An image's caption, or the draft of one that is not sure enough. */
export type CaptionOrDraft = ImageCaption | Withheld<ImageCaption>;

/** The options of a search, and the least confidence of a caption, 0 to 1. */
interface ImageOptions extends CaptionOptions {
  readonly minConfidence?: number | undefined;
}

/** Enough for any camera's image; a decompression bomb is still refused before memory runs out. */
const LIMITS = { pixels: 200_000_000 };

/**
 * Captions an image with the Worker's code and codecs.
 *
 * @param path - a file or an http(s) URL.
 * @throws {UserError} `unreadable_file` or `unreachable_url` when it cannot be read, `blank_image`,
 *   and the codes of `IMAGE_ERRORS`; the message begins with the path.
 */
export async function captionImage(
  path: string,
  captioner: Captioner,
  decoders: Decoders,
  { minConfidence, ...options }: ImageOptions,
): Promise<CaptionOrDraft> {
  const bytes = await readImage(path);
  const { input, image } = await prepare(path, bytes, captioner, decoders);
  const [best] = await captioner.caption(input, options);
  if (best === undefined) throw new Error("the search returned no caption");
  const { caption, tokens, logProbability, complete, confidence } = best;
  const estimate = confidence === undefined ? {} : { confidence };
  const found = { path, caption, tokens, logProbability, complete, ...estimate, image };
  return withholdUnsure(found, minConfidence);
}

async function prepare(path: string, bytes: Uint8Array, { bundle }: Captioner, decoders: Decoders) {
  try {
    const checked = checkImage(bytes, LIMITS);
    const { header } = checked;
    const { preparation } = bundle.manifest;
    const input = await prepareImage(checked, preparation, decoders);
    const image = { ...orientSize(header, header.orientation), format: header.format };
    refuseBlank(input, image, preparation);
    return { input, image };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}
