import { UserError } from "../core/errors.ts";
import { parseOptions } from "../node/cli/option-flags.ts";
import { syntheticDefaults, type TrainOptions, trainOptionsSchema } from "./options.ts";

/** What a recipe may set: all but where things are, which is the user's to say. */
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

export type Recipe = Partial<
  Omit<TrainOptions, "recipe" | "dataset" | "backbone" | "out" | "resume">
>;

/** Named sets of options, by what they are for. */
export const recipes: Readonly<Record<string, Recipe>> = {
  /** The released model: Flickr8k, around MobileNetV2 1.0 at 224 (its layers' names are meant). */
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
  /** Some hundred photographs of one's own domain, from a captioner that knows others. */
  "own-photographs": {
    minimumCount: 2,
    batchSize: 8,
    views: 4,
    epochs: 10,
    patience: 10,
    learningRate: 2e-4,
    warmUp: 20,
    dropout: 0.3,
    averageDecay: 0.98,
    ngramBlocking: 2,
  },
};

/**
 * All options of a run: what the user asked for, over the recipe, over what synthetic pictures need
 * where no data set is named, over the defaults.
 *
 * @param schedule - stands above the recipe, below what was asked for.
 * @throws UserError `unknown_recipe`, `invalid_option`
 */
export function chosenOptions(
  asked: Readonly<Record<string, unknown>>,
  schedule: Recipe = {},
): TrainOptions {
  const basis = asked.dataset === undefined ? syntheticDefaults : {};
  const recipe = recipeOptions(typeof asked.recipe === "string" ? asked.recipe : undefined);
  return parseOptions(trainOptionsSchema, { ...basis, ...recipe, ...schedule, ...asked });
}

/**
 * The options that a recipe stands for; none where no recipe is named.
 *
 * @throws UserError `unknown_recipe`
 */
export function recipeOptions(name: string | undefined): Recipe {
  if (name === undefined) return {};
  const recipe = Object.hasOwn(recipes, name) ? recipes[name] : undefined;
  if (recipe) return recipe;
  throw new UserError(
    "unknown_recipe",
    `There is no recipe "${name}": there is ${Object.keys(recipes).join(", ")}.`,
  );
}
