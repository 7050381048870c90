import { describeCaptions } from "../../core/answer/describe.ts";
import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import { type CheckedImage, checkImage } from "../../core/codecs/decode.ts";
import { decodingBytes } from "../../core/codecs/kinds.ts";
import { prepareImage } from "../../core/codecs/prepare-image.ts";
import { refuseBlank } from "../../core/image/contrast.ts";
import { orientSize } from "../../core/image/orient.ts";
import { unlessGone } from "../http/problem.ts";
import type { Slot } from "../isolate/admission.ts";
import { decoders } from "../model/decoders.ts";
import type { CaptionRequest } from "./request.ts";

/**
 * Captions an untrusted image.
 *
 * The header is checked before anything else is done, and the image is decoded only when the model
 * is loaded, so that no decoded image is held meanwhile.
 *
 * @throws {UserError} `blank_image`, or a code of `IMAGE_ERRORS`
 * @throws {Problem} `overloaded`, `client_gone`, `model_unavailable`
 */
export async function captionImage(
  bytes: Uint8Array,
  { record, settings, model, options }: CaptionRequest,
  slot: Slot,
): Promise<CaptionAnswer> {
  record.imageBytes = bytes.byteLength;
  const limits = { pixels: settings.MAX_PIXELS, memory: settings.MAX_DECODE_BYTES };
  const checked = checkImage(bytes, limits);
  const { header } = checked;
  record.imageFormat = header.format;
  record.imagePixels = header.width * header.height;

  const captioner = await model.load();
  await unlessGone(slot.holdDecoding(decodingBytesOf(checked)));
  const decodingSince = Date.now();
  const input = await prepareImage(checked, model.manifest.preparation, decoders);
  slot.release();
  const inferenceSince = Date.now();
  record.decodeMs = inferenceSince - decodingSince;
  const image = { ...orientSize(header, header.orientation), format: header.format };
  refuseBlank(input, image, model.manifest.preparation);
  const captions = await captioner.caption(input, options);
  record.inferenceMs = Date.now() - inferenceSince;
  return describeCaptions(captions, image, model.manifest, options);
}

function decodingBytesOf({ header }: CheckedImage): number {
  return decodingBytes(header.width * header.height, header.kind);
}
