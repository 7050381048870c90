import { convert } from "../../convert/index.ts";
import { loadTensorFlow } from "../../node/tensorflow.ts";
import { loadBundleBackbone } from "../../train/model/backbone/bundle-backbone.ts";
import type { InputShape } from "../inputs.ts";

/** An ONNX graph with all its weights. */
export interface BackboneGraph {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly inputs: readonly InputShape[];
}

/** Converts the bundle's backbone, MobileNetV2, alone. */
export async function backboneGraph(bundle: string): Promise<BackboneGraph> {
  const { tf } = await loadTensorFlow();
  const backbone = await loadBundleBackbone(tf, bundle, undefined);
  const { model, inputs } = convert(backbone.model, { maximumFileBytes: Number.MAX_SAFE_INTEGER });
  return {
    model,
    inputs: inputs.map(({ name, shape }): InputShape => {
      const dims = shape.map((size) => (typeof size === "number" ? size : 1));
      return { name, type: "float32", dims };
    }),
  };
}
