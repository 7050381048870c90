import type * as tfTypes from "@tensorflow/tfjs";
import type { DecoderKind, Network } from "../../core/bundle/manifest.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import type { Backbone } from "./backbone/backbone.ts";
import { buildDecoder } from "./decoder.ts";
import { buildEncoder } from "./encoder.ts";

/** The sizes that define a captioner's two graphs. */
export interface NetworkSizes {
  readonly kind: DecoderKind;
  /** V, of the vocabulary. */
  readonly vocabularySize: number;
  /** E, of a word's embedding. */
  readonly embeddingSize: number;
  /** H, of the LSTM's state. */
  readonly units: number;
  /** D, of a region's projected features. */
  readonly featureSize: number;
  /** A, of the queries and keys of attention. */
  readonly attentionSize: number;
  /** Whether the output layer shares its matrix with the word embedding. */
  readonly tied: boolean;
  readonly seed: number;
}

/** A captioner as two LayersModels of stock layers. */
export interface CaptionNetwork {
  readonly encoder: tfTypes.LayersModel;
  readonly decoder: tfTypes.LayersModel;
  /** The encoder's layer that gives the features, `[N, rows, columns, channels]`. */
  readonly featureLayer: string;
  /** With tied weights `logits/kernel` is unused in training; saving sets it to the transposed embedding. */
  readonly tied: boolean;
  readonly description: Network;
}

/** Builds a captioner around a backbone. All weights after the backbone are drawn from the seed. */
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

/** Returns the shape `[null, rows, columns, channels]` of a layer's output. */
export function gridShape(
  model: tfTypes.LayersModel,
  layer: string,
): readonly [null, number, number, number] {
  return model.getLayer(layer).outputShape as unknown as [null, number, number, number];
}

/** Names the inputs and outputs by which a runtime connects the two graphs. */
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
