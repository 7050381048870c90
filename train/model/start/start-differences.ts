import { isDeepStrictEqual } from "node:util";
import type * as tfTypes from "@tensorflow/tfjs";
import type { Vocabulary } from "../../../core/vocabulary.ts";
import { modelVariables } from "../weights.ts";
import type { StartingPoint } from "./starting-point.ts";

/** A property that captioners must share, as a sentence names it, and its values. */
type Property = readonly [name: string, one: unknown, other: unknown];

/**
 * Describes the first property, other than the values of weights, in which two captioners differ.
 *
 * @returns words for a sentence, such as `units (512 and 256)`; undefined if they have one shape.
 */
export function firstDifference(one: StartingPoint, other: StartingPoint): string | undefined {
  const different = propertiesOf(one, other).find(
    ([, value, otherValue]) => !isDeepStrictEqual(value, otherValue),
  );
  if (different !== undefined) {
    const [name, ...values] = different;
    return `${name} (${values.map(textOf).join(" and ")})`;
  }
  return (
    vocabularyDifference(one.vocabulary, other.vocabulary) ??
    layerDifference(one.backbone.model, other.backbone.model)
  );
}

function propertiesOf(one: StartingPoint, other: StartingPoint): Property[] {
  const { sizes, preparation, backbone } = one;
  return [
    ["the kind of the decoder", sizes.kind, other.sizes.kind],
    ["tied", sizes.tied, other.sizes.tied],
    ["units", sizes.units, other.sizes.units],
    ["embedding size", sizes.embeddingSize, other.sizes.embeddingSize],
    ["feature size", sizes.featureSize, other.sizes.featureSize],
    ["attention size", sizes.attentionSize, other.sizes.attentionSize],
    ["the feature layers", backbone.featureLayers, other.backbone.featureLayers],
    ["the preparation of images", preparation, other.preparation],
    ["the pixel range", backbone.pixelRange, other.backbone.pixelRange],
  ];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Names the first token that is not the same; styles are tokens too. */
function vocabularyDifference(one: Vocabulary, other: Vocabulary): string | undefined {
  const length = Math.max(one.size, other.size);
  for (let id = 0; id < length; id++) {
    const [token, otherToken] = [one.tokens[id], other.tokens[id]];
    if (token === otherToken) continue;
    return `the vocabulary (token ${id} is ${quoted(token)} and ${quoted(otherToken)})`;
  }
  return undefined;
}

function quoted(token: string | undefined): string {
  return token === undefined ? "missing" : `"${token}"`;
}

function layerDifference(one: tfTypes.LayersModel, other: tfTypes.LayersModel): string | undefined {
  const [layers, otherLayers] = [layersOf(one), layersOf(other)];
  const length = Math.max(layers.length, otherLayers.length);
  for (let at = 0; at < length; at++) {
    if (layers[at] === otherLayers[at]) continue;
    return `the backbone's layers (${layers[at] ?? "none"} and ${otherLayers[at] ?? "none"})`;
  }
  return undefined;
}

/** Describes each layer by its name, class, activation, output and weights. */
function layersOf(model: tfTypes.LayersModel): string[] {
  const shapes = [...modelVariables(model)].map(([name, { shape }]) => ({ name, shape }));
  return model.layers.map((layer) => {
    const { activation = "" } = layer.getConfig();
    const weights = shapes
      .filter(({ name }) => name.slice(0, name.lastIndexOf("/")) === layer.name)
      .map(({ name, shape }) => `${name.slice(layer.name.length + 1)} ${shape.join(" x ")}`);
    const facts = [layer.getClassName(), String(activation), String(layer.outputShape), ...weights];
    return `${layer.name}: ${facts.filter((fact) => fact !== "").join(", ")}`;
  });
}
