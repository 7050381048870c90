import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { tf } from "../support/tensorflow.ts";

/** Saves a LayersModel as users of TensorFlow.js do. @returns the path of its `model.json`. */
export async function saveModel(model: tfTypes.LayersModel, folder: string): Promise<string> {
  const path = join(folder, "model.json");
  await mkdir(folder, { recursive: true });
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      await writeFile(join(folder, "weights.bin"), new Uint8Array(weightData as ArrayBuffer));
      const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
      await writeFile(path, JSON.stringify({ modelTopology, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  return path;
}
