import type * as tfTypes from "@tensorflow/tfjs";
import { UserError } from "../../../core/errors.ts";

/** A convolutional network that turns an image into one or more grids of features. */
export interface Backbone {
  readonly name: string;
  readonly model: tfTypes.LayersModel;
  /** The layers whose outputs `[N, rows, columns, channels]` are the features. */
  readonly featureLayers: readonly string[];
  /** The values that its input expects for black and for white. */
  readonly pixelRange: readonly [number, number];
  /** SHA-256 of its files; of its description where it is not trained yet. */
  readonly sha256: string;
  /** Whether an earlier training has changed it; absent if it was not read from a captioner. */
  readonly fineTuned?: boolean;
}

/** Rows and columns of a grid of features. */
interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Returns the height and width of a backbone's input, in pixels.
 *
 * @throws {UserError} `invalid_backbone` when they are not fixed.
 */
export function inputSize({ name, model }: Backbone): { height: number; width: number } {
  const [, height, width] = model.inputs[0]?.shape ?? [];
  if (typeof height === "number" && typeof width === "number") return { height, width };
  throw new UserError(
    "invalid_backbone",
    `The backbone ${name} has no fixed input size: use one whose input shape names height and width.`,
  );
}

/**
 * Returns the name of the last layer whose output is a grid.
 *
 * @throws {UserError} `invalid_backbone` when no layer's output is one.
 */
export function lastGridLayer(model: tfTypes.LayersModel): string {
  const layer = model.layers.findLast((candidate) => {
    const shape = candidate.outputShape;
    return shape.length === 4 && !Array.isArray(shape[0]) && Number(shape[1]) > 1;
  });
  if (layer) return layer.name;
  throw new UserError(
    "invalid_backbone",
    `The backbone ${model.name} has no layer whose output is a grid.`,
  );
}

/**
 * Checks that layers of a backbone can give the features together: the grid of each must be a whole
 * multiple of the coarsest.
 *
 * @param source - the backbone's name in messages: what the user called it.
 * @throws {UserError} `unknown_feature_layer`, `feature_layers_differ`
 */
export function checkFeatureLayers(
  source: string,
  model: tfTypes.LayersModel,
  featureLayers: readonly string[],
): void {
  for (const name of featureLayers) checkGridLayer(source, model, name);
  const sizes = featureLayers.map((name) => gridSize(model, name));
  const coarsest = coarsestGrid(sizes);
  for (const [index, { rows, columns }] of sizes.entries()) {
    if (rows % coarsest.rows === 0 && columns % coarsest.columns === 0) continue;
    throw new UserError(
      "feature_layers_differ",
      `The grid of ${featureLayers[index]} is ${rows} x ${columns}, not a multiple of ${coarsest.rows} x ${coarsest.columns}: name other layers with --feature-layer.`,
    );
  }
}

/** Returns the smallest number of rows and of columns among grids. */
export function coarsestGrid(sizes: readonly GridSize[]): GridSize {
  return {
    rows: Math.min(...sizes.map(({ rows }) => rows)),
    columns: Math.min(...sizes.map(({ columns }) => columns)),
  };
}

function checkGridLayer(source: string, model: tfTypes.LayersModel, name: string): void {
  const layer = model.layers.find((candidate) => candidate.name === name);
  if (layer?.outputShape.length === 4) return;
  const fault = layer
    ? `The layer "${name}" of the backbone ${source} gives no grid`
    : `The backbone ${source} has no layer "${name}"`;
  throw new UserError(
    "unknown_feature_layer",
    `${fault}: its last grid layer is "${lastGridLayer(model)}".`,
  );
}

function gridSize(model: tfTypes.LayersModel, name: string): GridSize {
  const [, rows, columns] = model.getLayer(name).outputShape;
  return { rows: Number(rows), columns: Number(columns) };
}
