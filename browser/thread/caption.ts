import { describeCaptions } from "../../core/answer/describe.ts";
import { resolveOptions } from "../../core/answer/options.ts";
import type { BrowserIndex } from "../../core/api/browser-index.ts";
import type { CaptionParameters } from "../../core/api/caption-options.ts";
import { loadBundle } from "../../core/bundle/read.ts";
import { Captioner } from "../../core/captioner.ts";
import type { Decoders } from "../../core/codecs/decode.ts";
import { withholdUnsure } from "../../core/confidence/withhold.ts";
import { UserError } from "../../core/errors.ts";
import { refuseBlank } from "../../core/image/contrast.ts";
import type { BrowserAnswer, Downloaded, ThreadImage, WithheldBrowserAnswer } from "../messages.ts";
import { createCodecs } from "./codecs.ts";
import { parseOptions } from "./options.ts";
import { prepareAny } from "./prepare.ts";
import { onnxRuntime } from "./runtime.ts";

/** The captioner, its decoders, and what the service's owner has set. */
export interface Loaded {
  readonly captioner: Captioner;
  readonly codecs: Decoders;
  readonly index: BrowserIndex;
}

/**
 * Loads the model from downloaded files.
 *
 * @throws {UserError} `invalid_bundle`, and as {@link loadBundle}
 */
export async function load(index: BrowserIndex, files: Downloaded): Promise<Loaded> {
  const read = async (name: string) => {
    const bytes = files[name];
    if (bytes) return new Uint8Array(bytes);
    throw new UserError("invalid_bundle", `The service's index does not list the file ${name}.`);
  };
  const runtime = onnxRuntime(files.runtime ?? new ArrayBuffer());
  const captioner = new Captioner(await loadBundle(read, runtime));
  return { captioner, codecs: createCodecs(files), index };
}

/**
 * Captions an image as the service does.
 *
 * @throws {UserError} the service's codes for images and options
 */
export async function caption(
  { captioner, codecs, index }: Loaded,
  given: ThreadImage,
  parameters: CaptionParameters,
): Promise<BrowserAnswer | WithheldBrowserAnswer> {
  const { manifest } = captioner.bundle;
  const { preparation } = manifest;
  const requested = parseOptions(parameters, index.neutral);
  const options = resolveOptions(requested, manifest);
  const { input, image } = await prepareAny(given, { limits: index.limits, codecs, preparation });
  refuseBlank(input, image, preparation);
  const captions = await captioner.caption(input, options);
  return withholdUnsure(
    describeCaptions(captions, image, manifest, options),
    requested.minConfidence,
  );
}
