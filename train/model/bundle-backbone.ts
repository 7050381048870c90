import { fileOfRole, type Manifest } from "../../core/bundle/manifest.ts";
import { type ReadFile, readManifest } from "../../core/bundle/read.ts";
import { UserError } from "../../core/errors.ts";
import { bundleReader } from "../../node/bundle.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { type BackboneArtifacts, readBackbone } from "../../onnx/backbone/index.ts";
import type { Backbone } from "./backbone.ts";

/**
 * The backbone of a bundle: its encoder up to the layer whose features the decoder sees, with the
 * weights that it was released with.
 *
 * @param folder - of the bundle.
 * @param featureLayer - another layer of it to end at.
 * @throws UserError `no_released_backbone` where there is no bundle, or none with its encoder's
 *   layers; `invalid_bundle`, `unknown_feature_layer`
 */
export async function loadBundleBackbone(
  tf: TensorFlow,
  folder: string,
  featureLayer: string | undefined,
): Promise<Backbone> {
  const read = bundleReader(folder);
  const manifest = await findManifest(folder, read);
  const backbone = await readBackbone(manifest, read, featureLayer);
  return {
    name: `${manifest.name} ${manifest.version}`,
    model: await build(tf, folder, backbone),
    featureLayer: backbone.featureLayer,
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
      `There is no bundle in ${folder} whose encoder a training can start from: name a backbone by --backbone.`,
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
