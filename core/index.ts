/**
 * What captioning needs in every runtime: images, the released bundle, and the search for words.
 *
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { Captioner, loadBundle, prepare, runtimeOf } from "edge-caption/core";
 * import * as ort from "onnxruntime-web";
 *
 * const bundle = await loadBundle((name) => readFile(`model/${name}`), runtimeOf(ort));
 * const image = prepare(pixels, 1, bundle.manifest.preparation);
 * const [best] = await new Captioner(bundle).caption(image);
 * ```
 *
 * @module
 */
export {
  type BundleFile,
  type DecoderKind,
  type Manifest,
  manifestFileName,
  type Network,
  parseManifest,
} from "./bundle/manifest.ts";
export { type LoadedBundle, loadBundle, type ReadFile, readManifest } from "./bundle/read.ts";
export { type Caption, Captioner, type CaptionOptions } from "./captioner.ts";
export {
  type CheckedImage,
  checkImage,
  type DecodedImage,
  type DecodeLimits,
  type DecodeRequest,
  type Decoder,
  type Decoders,
  decodeImage,
} from "./codecs/decode.ts";
export { type ImageHeader, readHeader } from "./codecs/header.ts";
export { prepareImage } from "./codecs/prepare-image.ts";
export { UserError } from "./errors.ts";
export { BLANK_CONTRAST, measureContrast, refuseBlank } from "./image/contrast.ts";
export type { Orientation } from "./image/orient.ts";
export type { Pixels, Raster, Rows } from "./image/pixels.ts";
export { type Preparation, prepare } from "./image/prepare.ts";
export { type OnnxRuntime, runtimeOf } from "./onnx-runtime.ts";
export type { ExternalData, Runtime, Session, Tensor, TensorData } from "./runtime.ts";
export { type BeamOptions, beamSearch } from "./search/beam.ts";
export { greedySearch } from "./search/greedy.ts";
export type { DecoderStep, Hypothesis, SearchOptions, StepOutput } from "./search/step.ts";
export { Vocabulary, writeSentence } from "./vocabulary.ts";
