import type * as tfTypes from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { HEAD_LAYERS } from "../model/encoder.ts";
import type { CaptionNetwork } from "../model/network.ts";
import { subModel } from "../model/sub-model.ts";
import { modelVariables, withPrefix } from "../model/weights.ts";
import type { ParameterGroup } from "./adamw.ts";

/**
 * Returns the trained part of the backbone as a model; undefined if all of it is frozen.
 *
 * @param from - the layer after which the backbone is trained.
 */
export function backboneTail(
  tf: TensorFlow,
  { encoder, featureLayer }: CaptionNetwork,
  from: string,
): tfTypes.LayersModel | undefined {
  return from === featureLayer ? undefined : subModel(tf, encoder, from, featureLayer);
}

/**
 * Groups the trained variables: everything after the backbone, and the backbone's trained part.
 *
 * @param backboneFactor - the learning rate of the backbone, as a multiple of the rest's.
 */
export function parameterGroups(
  { encoder, decoder, tied }: CaptionNetwork,
  tail: tfTypes.LayersModel | undefined,
  backboneFactor: number,
): ParameterGroup[] {
  const head = [...modelVariables(encoder)].filter(([name]) =>
    HEAD_LAYERS.has(name.split("/")[0] ?? ""),
  );
  // A tied output reads the embedding: its own matrix has no gradient.
  const trained = [...modelVariables(decoder)].filter(
    ([name]) => !(tied && name === "logits/kernel"),
  );
  const rest = new Map([
    ...withPrefix("encoder", new Map(head)),
    ...withPrefix("decoder", new Map(trained)),
  ]);
  const groups: ParameterGroup[] = [{ variables: rest, rateFactor: 1 }];
  if (tail) {
    const variables = withPrefix("encoder", modelVariables(tail));
    groups.push({ variables, rateFactor: backboneFactor });
  }
  return groups;
}
