/**
 * The handlers of all layer classes that can be converted.
 *
 * @module
 */
import { activationLayers } from "./activations.ts";
import { convolutionLayers } from "./convolution.ts";
import { coreLayers } from "./core.ts";
import type { LayerHandler } from "./handler.ts";
import { mergeLayers } from "./merge.ts";
import { normalizationLayers } from "./normalization.ts";
import { poolingLayers } from "./pooling.ts";
import { preprocessingLayers } from "./preprocessing.ts";
import { recurrentLayers } from "./recurrent/index.ts";
import { spatialLayers } from "./spatial.ts";
import { wrapperLayers } from "./time-distributed.ts";

export const LAYER_HANDLERS: Readonly<Record<string, LayerHandler>> = {
  ...coreLayers,
  ...activationLayers,
  ...convolutionLayers,
  ...poolingLayers,
  ...normalizationLayers,
  ...mergeLayers,
  ...spatialLayers,
  ...recurrentLayers,
  ...wrapperLayers,
  ...preprocessingLayers,
};

export * from "./handler.ts";
