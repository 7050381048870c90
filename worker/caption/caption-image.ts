import type { Context } from "hono";
import { decodeImage } from "../../core/codecs/decode.ts";
import type { ImageFormat } from "../../core/codecs/sniff.ts";
import { orientSize } from "../../core/image/orient.ts";
import { prepare } from "../../core/image/prepare.ts";
import { decoders } from "../codecs.ts";
import type { Environment } from "../environment.ts";
import { loadCaptioner } from "../model.ts";

/** What `/caption` answers with. */
export interface CaptionAnswer {
  readonly caption: string;
  readonly tokens: readonly string[];
  /** Natural logarithm of the caption's probability. */
  readonly logProbability: number;
  readonly model: { readonly name: string; readonly version: string };
  /** Width and height as the picture is seen, that is, turned by its EXIF orientation. */
  readonly image: { readonly width: number; readonly height: number; readonly format: ImageFormat };
}

/**
 * Captions a picture whose origin nobody vouches for.
 *
 * @throws UserError with a code of `IMAGE_ERRORS`; Problem `model_unavailable`
 */
export async function captionImage(
  bytes: Uint8Array,
  c: Context<Environment>,
): Promise<CaptionAnswer> {
  const { record, settings } = c.var;
  record.imageBytes = bytes.byteLength;
  const { pixels, header } = await decodeImage(bytes, decoders, { pixels: settings.MAX_PIXELS });
  record.imageFormat = header.format;
  record.imagePixels = pixels.width * pixels.height;

  const captioner = await loadCaptioner(c.env, (promise) => c.executionCtx.waitUntil(promise));
  const { manifest } = captioner.bundle;
  const { name, version } = manifest;
  record.model = `${name} ${version}`;

  const input = prepare(pixels, header.orientation, manifest.preparation);
  const [best] = await captioner.caption(input);
  if (!best) throw new Error("the search found no caption at all");
  const { caption, tokens, logProbability } = best;
  const size = orientSize(pixels, header.orientation);
  return {
    caption,
    tokens,
    logProbability,
    model: { name, version },
    image: { ...size, format: header.format },
  };
}
