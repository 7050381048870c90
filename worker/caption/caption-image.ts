import type { Captioner } from "../../core/captioner.ts";
import { decodeImage } from "../../core/codecs/decode.ts";
import { orientSize } from "../../core/image/orient.ts";
import { prepare } from "../../core/image/prepare.ts";
import type { CaptionAnswer } from "../../core/interface/caption-answer.ts";
import { decoders } from "../codecs.ts";
import { loadCaptioner } from "../model.ts";
import { Problem } from "../problem.ts";
import { describeCaptions } from "./answer.ts";
import type { Job, JobRequest } from "./job.ts";
import type { AnswerOptions } from "./options.ts";

/**
 * Captions a picture whose origin nobody vouches for.
 *
 * @throws UserError with a code of `IMAGE_ERRORS`; Problem as {@link readyCaptioner}
 */
export async function captionImage(
  bytes: Uint8Array,
  options: AnswerOptions,
  job: Job,
): Promise<CaptionAnswer> {
  const { record, settings } = job;
  record.imageBytes = bytes.byteLength;
  const { pixels, header } = await decodeImage(bytes, decoders, { pixels: settings.MAX_PIXELS });
  record.imageFormat = header.format;
  record.imagePixels = header.width * header.height;

  const captioner = await readyCaptioner(options, job);
  const { manifest } = captioner.bundle;
  const input = prepare(pixels, header.orientation, manifest.preparation);
  const captions = await captioner.caption(input, options.search);
  const image = { ...orientSize(header, header.orientation), format: header.format };
  return describeCaptions(captions, image, manifest, options);
}

/**
 * The captioner, if it can do what is asked.
 *
 * @throws Problem `model_unavailable`, `attention_unavailable`
 */
export async function readyCaptioner(options: AnswerOptions, job: JobRequest): Promise<Captioner> {
  const captioner = await loadCaptioner(job.bindings, job.keepAlive);
  const { name, version, network } = captioner.bundle.manifest;
  job.record.model = `${name} ${version}`;
  if (options.attention && !(network.regions && network.decoder.attention)) {
    throw new Problem("attention_unavailable", `${name} looks at the whole picture at once.`);
  }
  return captioner;
}
