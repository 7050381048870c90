/**
 * Reads a backbone back out of a bundle.
 *
 * @module
 */

import { fileOfRole, type Manifest } from "../../core/bundle/manifest.ts";
import type { ReadFile } from "../../core/bundle/read.ts";
import { UserError } from "../../core/errors.ts";
import { joined, readStoredWeights, type StoredWeights } from "../stored-weights.ts";
import {
  backboneLayers,
  backboneTopology,
  type EncoderTopology,
  encoderTopologySchema,
} from "./topology.ts";
import { weightedLayers } from "./weights.ts";

export { type EncoderTopology, encoderTopologySchema } from "./topology.ts";

/** The artifacts of a backbone for `tf.io.fromMemory`, its feature layer and its pixel range. */
export interface BackboneArtifacts {
  readonly modelTopology: object;
  readonly weightSpecs: { name: string; shape: number[]; dtype: "float32" }[];
  readonly weightData: ArrayBuffer;
  /** The layer of the grid, the model's only output. */
  readonly featureLayer: string;
  /** The values that the model's input expects for black and white. */
  readonly pixelRange: readonly [number, number];
}

/**
 * Reads the encoder's layers up to its feature layer, with the weights of the encoder's graph.
 *
 * @param featureLayer - the layer to end at; by default the bundle's own feature layer.
 * @throws {UserError} `invalid_bundle`, `invalid_manifest`, `onnx_invalid`, `unknown_feature_layer`
 */
export async function readBackbone(
  manifest: Manifest,
  read: ReadFile,
  featureLayer?: string,
): Promise<BackboneArtifacts> {
  const { path } = fileOfRole(manifest, "encoder-topology");
  const topology = parseTopology(path, await read(path));
  const stored = await readStoredWeights(manifest, "encoder", read);
  return backboneArtifacts(topology, stored, featureLayer);
}

/** Builds a backbone from the contents of a bundle's files; see {@link readBackbone}. */
export function backboneArtifacts(
  topology: EncoderTopology,
  stored: StoredWeights,
  featureLayer = topology.featureLayer,
): BackboneArtifacts {
  const { layers, pixelRange } = backboneLayers(topology, featureLayer);
  const weighted = weightedLayers(layers, stored);
  const weights = weighted.flatMap((layer) => layer.weights);
  return {
    modelTopology: backboneTopology(
      topology,
      weighted.map(({ layer }) => layer),
      featureLayer,
    ),
    weightSpecs: weights.map(({ name, weight }) => ({
      name,
      shape: [...weight.shape],
      dtype: "float32",
    })),
    weightData: joined(weights.map(({ weight }) => weight.data)).buffer,
    featureLayer,
    pixelRange,
  };
}

function parseTopology(path: string, bytes: Uint8Array): EncoderTopology {
  try {
    return encoderTopologySchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new UserError(
      "invalid_bundle",
      `The bundle's ${path} is not the topology of an encoder: convert the run again.`,
      { cause },
    );
  }
}
