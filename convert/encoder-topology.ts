import { readFile } from "node:fs/promises";
import type { LayersModel, SymbolicTensor, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../node/tensorflow.ts";
import {
  backboneArtifacts,
  type EncoderTopology,
  encoderTopologySchema,
} from "../onnx/backbone/index.ts";
import { readOnnx } from "../onnx/index.ts";
import { StoredWeights } from "../onnx/stored-weights.ts";
import type { Conversion } from "./convert.ts";
import { difference } from "./proof/compare.ts";

/** An encoder and the graph it was converted to. */
export interface ConvertedEncoder {
  readonly model: LayersModel;
  readonly conversion: Conversion;
  /** Its `model.json`. */
  readonly path: string;
  /** The last layer of its backbone. */
  readonly featureLayer: string;
}

/**
 * Returns the file that describes the encoder's layers, so that a training can start from its
 * backbone.
 *
 * Reads the backbone back out of the graph and compares its features with the encoder's. If it cannot
 * be read, because a layer has weights that bundles do not describe, the bundle lacks the file. It
 * captions all the same.
 *
 * @param tolerance - largest allowed error of the features.
 * @returns the file's bytes, or undefined if the backbone cannot be read, which a line on
 *   standard output reports.
 */
export async function encoderTopology(
  tf: TensorFlow,
  encoder: ConvertedEncoder,
  tolerance: number,
): Promise<Uint8Array | undefined> {
  const { modelTopology } = JSON.parse(await readFile(encoder.path, "utf8"));
  const { featureLayer } = encoder;
  try {
    const topology = encoderTopologySchema.parse({ featureLayer, modelTopology });
    const error = await backboneError(tf, encoder, topology);
    if (!(error <= tolerance)) throw new Error(`its features differ by ${error.toExponential(1)}`);
    process.stdout.write(`backbone, read back: error ${error.toExponential(1)}\n`);
    return new TextEncoder().encode(`${JSON.stringify(topology)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    process.stdout.write(`No training can start from this bundle's encoder: ${reason}\n`);
    return undefined;
  }
}

/** Returns the error of the features of the backbone that was read back. */
async function backboneError(
  tf: TensorFlow,
  { model, conversion }: ConvertedEncoder,
  topology: EncoderTopology,
): Promise<number> {
  const files = new Map(conversion.externalData.map(({ path, data }) => [path, data]));
  const stored = new StoredWeights(readOnnx(conversion.model), files);
  const { pixelRange, ...artifacts } = backboneArtifacts(topology, stored);
  const backbone = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const output = model.getLayer(topology.featureLayer).output as SymbolicTensor;
  const own = tf.model({ inputs: model.inputs, outputs: output });
  const values = tf.tidy(() => {
    const shape = model.inputs[0]?.shape.map((size) => size ?? 1) ?? [];
    const image = tf.randomUniform(shape, 0, 255, "float32", 1);
    const [black, white] = pixelRange;
    const scaled = tf.add(tf.mul(image, (white - black) / 255), black);
    return { actual: features(backbone, scaled), expected: features(own, image) };
  });
  backbone.dispose();
  return difference(values.actual, values.expected);
}

function features(model: LayersModel, input: Tensor) {
  const output = model.predict(input) as Tensor;
  const data = output.dataSync() as Float32Array<ArrayBuffer>;
  return { type: "float32" as const, dims: output.shape, data };
}
