import type { Preparation } from "../../../core/image/prepare.ts";
import type { Vocabulary } from "../../../core/vocabulary.ts";
import type { CaptionerWeights } from "../../../onnx/captioner-weights.ts";
import type { Backbone } from "../backbone/backbone.ts";
import type { NetworkSizes } from "../network.ts";

/** A trained captioner from which a new training starts. */
export interface StartingPoint {
  readonly backbone: Backbone;
  readonly vocabulary: Vocabulary;
  /** The style that new styles start as; undefined if the captioner has no styles. */
  readonly defaultStyle: string | undefined;
  readonly preparation: Preparation;
  readonly sizes: StartingSizes;
  /** The weights after the backbone. */
  readonly weights: CaptionerWeights;
}

/** The sizes of a network that a training cannot change: all but that of the vocabulary. */
type StartingSizes = Omit<NetworkSizes, "vocabularySize" | "seed">;

/** Reads the sizes of a network off the shapes of its weights. */
export function sizesOf(kind: NetworkSizes["kind"], weights: CaptionerWeights): StartingSizes {
  const shapeOf = (name: string) => weights.get(name)?.shape ?? [];
  return {
    kind,
    embeddingSize: shapeOf("decoder/embedding/embeddings")[1] ?? 0,
    units: shapeOf("decoder/lstm/recurrent_kernel")[0] ?? 0,
    featureSize: shapeOf("encoder/features/kernel")[1] ?? 0,
    // A decoder without attention has no query, and never uses this size.
    attentionSize: shapeOf("decoder/query/kernel")[1] ?? 1,
    tied: !weights.has("decoder/logits/kernel"),
  };
}
