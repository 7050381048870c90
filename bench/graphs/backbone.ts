import { convert } from "../../convert/index.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { loadBundleBackbone } from "../../train/model/bundle-backbone.ts";
import type { InputShape } from "./inputs.ts";

/** A graph by itself, with all its weights. */
export interface BenchGraph {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly inputs: readonly InputShape[];
}

/** The bundle's backbone alone, MobileNetV2, as the converter writes it. */
export async function backboneGraph(tf: TensorFlow, bundle: string): Promise<BenchGraph> {
  const { model } = await loadBundleBackbone(tf, bundle, undefined);
  const { model: bytes, inputs } = convert(model, { maximumFileBytes: Number.MAX_SAFE_INTEGER });
  return {
    model: bytes,
    inputs: inputs.map(({ name, shape }): InputShape => {
      const dims = shape.map((size) => (typeof size === "number" ? size : 1));
      return { name, type: "float32", dims };
    }),
  };
}
