import { fileOfRole, type Manifest } from "../../../core/bundle/manifest.ts";
import { type ReadFile, readManifest } from "../../../core/bundle/read.ts";
import { UserError } from "../../../core/errors.ts";
import { bundleReader } from "../../../node/bundle.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import { type BackboneArtifacts, readBackbone } from "../../../onnx/backbone/index.ts";
import { type Backbone, checkFeatureLayers } from "./backbone.ts";

/**
 * Loads the backbone of a bundle: its encoder up to the layer whose features the decoder reads, with
 * the released weights.
 *
 * @param folder - the bundle's folder.
 * @param featureLayers - the layers that give the features; by default the bundle's own.
 * @throws {UserError} `no_released_backbone` when the folder holds no bundle, or one without its
 *   encoder's layers; `invalid_bundle`, `unknown_feature_layer`, `feature_layers_differ`
 */
export async function loadBundleBackbone(
  tf: TensorFlow,
  folder: string,
  featureLayers: readonly string[] | undefined,
): Promise<Backbone> {
  const read = bundleReader(folder);
  const manifest = await findManifest(folder, read);
  const only = featureLayers?.length === 1 ? featureLayers[0] : undefined;
  const backbone = await readBackbone(manifest, read, only);
  const model = await build(tf, folder, backbone);
  const chosen = featureLayers ?? [backbone.featureLayer];
  checkFeatureLayers(folder, model, chosen);
  return {
    name: `${manifest.name} ${manifest.version}`,
    model,
    featureLayers: chosen,
    pixelRange: backbone.pixelRange,
    sha256: fileOfRole(manifest, "encoder").sha256,
  };
}

async function findManifest(folder: string, read: ReadFile): Promise<Manifest> {
  try {
    const manifest = await readManifest(read);
    fileOfRole(manifest, "encoder-topology");
    return manifest;
  } catch (cause) {
    throw new UserError(
      "no_released_backbone",
      `There is no bundle in ${folder} whose encoder a training can start from: name a backbone with --backbone.`,
      { cause },
    );
  }
}

async function build(
  tf: TensorFlow,
  folder: string,
  { modelTopology, weightSpecs, weightData }: BackboneArtifacts,
) {
  try {
    return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : "unknown reason";
    throw new UserError(
      "invalid_bundle",
      `The encoder in ${folder} cannot be read as a backbone: ${reason}`,
      { cause },
    );
  }
}
