import { fileOfRole } from "../../../core/bundle/manifest.ts";
import { readManifest } from "../../../core/bundle/read.ts";
import { Vocabulary } from "../../../core/vocabulary.ts";
import { bundleReader } from "../../../node/bundle.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import { readCaptionerWeights } from "../../../onnx/captioner-weights.ts";
import { loadBundleBackbone } from "../backbone/bundle-backbone.ts";
import { type StartingPoint, sizesOf } from "./starting-point.ts";

/**
 * Opens the captioner of a bundle as a starting point.
 *
 * @param path - the bundle's folder.
 * @throws {UserError} `invalid_manifest`, `invalid_bundle`, `no_released_backbone`
 */
export async function openBundleStart(tf: TensorFlow, path: string): Promise<StartingPoint> {
  const read = bundleReader(path);
  const manifest = await readManifest(read);
  const tokens = await read(fileOfRole(manifest, "vocabulary").path);
  const weights = await readCaptionerWeights(manifest, read);
  const { fineTuned } = manifest.provenance.backbone;
  return {
    backbone: { ...(await loadBundleBackbone(tf, path, undefined)), fineTuned },
    vocabulary: Vocabulary.parse(JSON.parse(new TextDecoder().decode(tokens))),
    defaultStyle: manifest.defaultStyle,
    preparation: manifest.preparation,
    sizes: sizesOf(manifest.network.kind, weights),
    weights,
  };
}
