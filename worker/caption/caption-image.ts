import type { Manifest } from "../../core/bundle/manifest.ts";
import type { Captioner } from "../../core/captioner.ts";
import { decodePixels, readImageHeader } from "../../core/codecs/decode.ts";
import type { ImageHeader } from "../../core/codecs/header.ts";
import { orientSize } from "../../core/image/orient.ts";
import { type Preparation, prepare } from "../../core/image/prepare.ts";
import type { CaptionAnswer } from "../../core/interface/caption-answer.ts";
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
  const header = readImageHeader(bytes, { pixels: settings.MAX_PIXELS });
  record.imageFormat = header.format;
  record.imagePixels = header.width * header.height;

  const captioner = await readyCaptioner(options, job);
  const { manifest } = captioner.bundle;
  const input = await prepareImage(bytes, header, manifest.preparation, job);
  const started = Date.now();
  const captions = await captioner.caption(input, options.search);
  record.inferenceMs = Date.now() - started;
  const image = { ...orientSize(header, header.orientation), format: header.format };
  return describeCaptions(captions, image, manifest, options);
}

/** Makes a picture what the model was trained on; from then on only that is held in memory. */
async function prepareImage(
  bytes: Uint8Array,
  header: ImageHeader,
  preparation: Preparation,
  { record, signal, place }: Job,
): Promise<Uint8Array> {
  await unlessGone(place.holdPixels(header.width * header.height, signal));
  const started = Date.now();
  const pixels = await decodePixels(bytes, header, decoders);
  const input = prepare(pixels, header.orientation, preparation);
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
