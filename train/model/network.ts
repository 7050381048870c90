import type * as tfTypes from "@tensorflow/tfjs";
import type { DecoderKind, Network } from "../../core/bundle/manifest.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { Backbone } from "./backbone.ts";
import { buildDecoder } from "./decoder.ts";
import { buildEncoder } from "./encoder.ts";

/** The sizes that define a captioner's two graphs. */
export interface NetworkSizes {
  readonly kind: DecoderKind;
  readonly vocabularySize: number;
  /** E, of a word's vector. */
  readonly embeddingSize: number;
  /** H, of the LSTM. */
  readonly units: number;
  /** D, of a region's projected features. */
  readonly featureSize: number;
  /** A, of the space in which a query meets the regions' keys. */
  readonly attentionSize: number;
  /** The output reads the embedding instead of a matrix of its own. */
  readonly tied: boolean;
  readonly seed: number;
}

/** A captioner as two ordinary LayersModels, built of stock layers. */
export interface CaptionNetwork {
  readonly encoder: tfTypes.LayersModel;
  readonly decoder: tfTypes.LayersModel;
  /** The layer of the encoder that ends the backbone. */
  readonly featureLayer: string;
  /** While training, `logits/kernel` is not used; saving sets it to the embedding, transposed. */
  readonly tied: boolean;
  readonly description: Network;
}

/** Builds a captioner around a backbone; everything but the backbone is drawn from the seed. */
export async function buildNetwork(
  tf: TensorFlow,
  backbone: Backbone,
  sizes: NetworkSizes,
): Promise<CaptionNetwork> {
  const { encoder, featureLayer } = await buildEncoder(tf, backbone, sizes);
  const [, rows, columns] = gridShape(encoder, featureLayer);
  const decoder = buildDecoder(tf, sizes, rows * columns);
  const description = describeNetwork(sizes, rows, columns);
  return { encoder, decoder, featureLayer, tied: sizes.tied, description };
}

/** The shape `[null, rows, columns, channels]` that a layer gives. */
export function gridShape(
  model: tfTypes.LayersModel,
  layer: string,
): readonly [null, number, number, number] {
  return model.getLayer(layer).outputShape as unknown as [null, number, number, number];
}

/** The names by which whoever runs the graphs joins them. */
function describeNetwork(sizes: NetworkSizes, rows: number, columns: number): Network {
  const attention = sizes.kind === "attention";
  return {
    kind: sizes.kind,
    encoder: { image: "image" },
    decoder: {
      token: "token",
      logits: "logits",
      ...(attention ? { attention: "attention" } : {}),
      state: [
        { input: "hidden", output: "next_hidden", initial: "initial_hidden" },
        { input: "cell", output: "next_cell", initial: "initial_cell" },
      ],
      image: attention
        ? [
            { input: "features", from: "features" },
            { input: "keys", from: "keys" },
          ]
        : [],
    },
    ...(attention ? { regions: { rows, columns } } : {}),
    embeddingSize: sizes.embeddingSize,
    units: sizes.units,
  };
}
