import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import type { Manifest } from "../../core/bundle/manifest.ts";
import type { Captioner } from "../../core/captioner.ts";
import { type CheckedImage, checkImage } from "../../core/codecs/decode.ts";
import { decodingBytes } from "../../core/codecs/kinds.ts";
import { prepareImage } from "../../core/codecs/prepare-image.ts";
import { orientSize } from "../../core/image/orient.ts";
import type { Preparation } from "../../core/image/prepare.ts";
import { decoders } from "../codecs.ts";
import { loadCaptioner } from "../model.ts";
import { Problem } from "../problem.ts";
import { describeCaptions } from "./answer.ts";
import { type Job, type JobRequest, unlessGone } from "./job.ts";
import type { AnswerOptions } from "./options.ts";

/**
 * Captions a picture whose origin nobody vouches for.
 *
 * A picture that is refused by its header costs no more than that; and none is held decoded while
 * the model is loaded.
 *
 * @throws UserError with a code of `IMAGE_ERRORS`; Problem `overloaded`, `client_gone`, or as
 *   {@link readyCaptioner}
 */
export async function captionImage(
  bytes: Uint8Array,
  options: AnswerOptions,
  job: Job,
): Promise<CaptionAnswer> {
  const { record, settings } = job;
  record.imageBytes = bytes.byteLength;
  const limits = { pixels: settings.MAX_PIXELS, memory: settings.MAX_DECODE_BYTES };
  const checked = checkImage(bytes, limits);
  const { header } = checked;
  record.imageFormat = header.format;
  record.imagePixels = header.width * header.height;

  const captioner = await readyCaptioner(options, job);
  const { manifest } = captioner.bundle;
  const input = await prepareInTurn(checked, manifest.preparation, job);
  const started = Date.now();
  const captions = await captioner.caption(input, options.search);
  record.inferenceMs = Date.now() - started;
  const image = { ...orientSize(header, header.orientation), format: header.format };
  return describeCaptions(captions, image, manifest, options);
}

/** Makes a picture what the model was trained on; from then on only that is held in memory. */
async function prepareInTurn(
  image: CheckedImage,
  preparation: Preparation,
  { record, place }: Job,
): Promise<Uint8Array> {
  const { width, height, kind } = image.header;
  await unlessGone(place.holdDecoding(decodingBytes(width * height, kind)));
  const started = Date.now();
  const input = await prepareImage(image, preparation, decoders);
  record.decodeMs = Date.now() - started;
  place.release();
  return input;
}

/**
 * The captioner, if it can do what is asked.
 *
 * @throws Problem `model_unavailable`, `attention_unavailable`
 */
export async function readyCaptioner(options: AnswerOptions, job: JobRequest): Promise<Captioner> {
  const captioner = await loadCaptioner(job.bindings, job.keepAlive);
  const { manifest } = captioner.bundle;
  job.record.model = `${manifest.name} ${manifest.version}`;
  checkOptions(options, manifest);
  return captioner;
}

/** @throws Problem `attention_unavailable` */
export function checkOptions({ attention }: AnswerOptions, { name, network }: Manifest): void {
  if (!attention || (network.regions && network.decoder.attention)) return;
  throw new Problem("attention_unavailable", `${name} looks at the whole picture at once.`);
}
