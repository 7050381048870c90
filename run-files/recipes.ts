import type { z } from "zod";
import { UserError } from "../core/errors.ts";
import { parseOptions } from "../node/cli/option-flags.ts";
import { SYNTHETIC_DEFAULTS, type TrainOptions, trainOptionsSchema } from "./options.ts";

/** Options that a recipe may set: all but the names and places of data and files. */
export const recipeSchema = trainOptionsSchema
  .omit({
    recipe: true,
    dataset: true,
    backbone: true,
    out: true,
    from: true,
    weight: true,
    style: true,
    defaultStyle: true,
    resume: true,
    cache: true,
  })
  .partial()
  .strict();

/** Options that a recipe or an ablation sets. */
export type Recipe = z.infer<typeof recipeSchema>;

/** Named sets of options. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  /** Flickr8k with MobileNetV2 1.0 at 224, to which the layer's name belongs. */
  flickr8k: {
    tied: true,
    batchSize: 16,
    warmUp: 200,
    views: 5,
    epochs: 2,
    fineTune: 8,
    fineTuneFrom: "block_6_project",
    selfCritical: 8,
    ngramBlocking: 2,
  },
  /** Some hundred photographs of a new domain, starting from a trained captioner. */
  "own-photographs": {
    minimumCount: 2,
    batchSize: 8,
    views: 4,
    patience: 10,
    learningRate: 2e-4,
    warmUp: 20,
    dropout: 0.3,
    averageDecay: 0.98,
    ngramBlocking: 2,
  },
};

/**
 * Returns all options of a run: those that are set, then the recipe's, then those of synthetic images
 * where no data set is named, then the defaults.
 *
 * @param schedule - takes precedence over the recipe, but not over the options that are set.
 * @throws {UserError} `unknown_recipe`, `invalid_option`
 */
export function chosenOptions(
  asked: Readonly<Record<string, unknown>>,
  schedule: Recipe = {},
): TrainOptions {
  const basis = asked.dataset === undefined ? SYNTHETIC_DEFAULTS : {};
  const recipe = recipeOptions(typeof asked.recipe === "string" ? asked.recipe : undefined);
  return parseOptions(trainOptionsSchema, { ...basis, ...recipe, ...schedule, ...asked });
}

/**
 * Returns the options of a recipe; none if no recipe is named.
 *
 * @throws {UserError} `unknown_recipe`
 */
export function recipeOptions(name: string | undefined): Recipe {
  if (name === undefined) return {};
  const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
  if (recipe) return recipe;
  throw new UserError(
    "unknown_recipe",
    `There is no recipe "${name}": choose ${Object.keys(RECIPES).join(" or ")}.`,
  );
}
