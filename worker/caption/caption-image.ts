import type { Context } from "hono";
import type { Captioner } from "../../core/captioner.ts";
import { decodeImage } from "../../core/codecs/decode.ts";
import { orientSize } from "../../core/image/orient.ts";
import { prepare } from "../../core/image/prepare.ts";
import { decoders } from "../codecs.ts";
import type { Environment } from "../environment.ts";
import { loadCaptioner } from "../model.ts";
import { Problem } from "../problem.ts";
import { type CaptionAnswer, describeCaptions } from "./answer.ts";
import type { AnswerOptions } from "./options.ts";

/**
 * Captions a picture whose origin nobody vouches for.
 *
 * @throws UserError with a code of `IMAGE_ERRORS`; Problem `model_unavailable`,
 *   `attention_unavailable`
 */
export async function captionImage(
  bytes: Uint8Array,
  options: AnswerOptions,
  c: Context<Environment>,
): Promise<CaptionAnswer> {
  const { record, settings } = c.var;
  record.imageBytes = bytes.byteLength;
  const { pixels, header } = await decodeImage(bytes, decoders, { pixels: settings.MAX_PIXELS });
  record.imageFormat = header.format;
  record.imagePixels = header.width * header.height;

  const captioner = await loadCaptioner(c.env, (promise) => c.executionCtx.waitUntil(promise));
  const { manifest } = captioner.bundle;
  record.model = `${manifest.name} ${manifest.version}`;
  if (options.attention) checkAttention(captioner);

  const input = prepare(pixels, header.orientation, manifest.preparation);
  const captions = await captioner.caption(input, options.search);
  const image = { ...orientSize(header, header.orientation), format: header.format };
  return describeCaptions(captions, image, manifest, options);
}

function checkAttention({ bundle }: Captioner): void {
  const { regions, decoder } = bundle.manifest.network;
  if (regions && decoder.attention) return;
  throw new Problem(
    "attention_unavailable",
    `${bundle.manifest.name} looks at the whole picture at once.`,
  );
}
