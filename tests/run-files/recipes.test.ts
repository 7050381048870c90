import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { trainOptionsSchema } from "../../run-files/options.ts";
import { RECIPES, recipeOptions, recipeSchema } from "../../run-files/recipes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train } from "../train/command.ts";

describe("recipes", () => {
  test.each(Object.keys(RECIPES))("%s sets existing options to valid values", (name) => {
    const recipe = recipeOptions(name);
    expect(recipeSchema.parse(recipe)).toMatchObject(recipe);
  });

  test.each(Object.keys(RECIPES))("%s repeats no default", (name) => {
    const defaults: Record<string, unknown> = trainOptionsSchema.parse({});
    const repeated = Object.entries(recipeOptions(name)).filter(
      ([key, value]) => defaults[key] === value,
    );
    expect(repeated).toEqual([]);
  });

  test("a recipe contains neither a data set nor a backbone", () => {
    expect(recipeSchema.safeParse({ dataset: "flickr8k" }).success).toBe(false);
    expect(recipeSchema.safeParse({ backbone: "model.json" }).success).toBe(false);
  });

  test("an unknown recipe is refused in one line that names the known ones", async () => {
    const { status, stderr } = await train("--recipe", "coco");
    expect(status).toBe(1);
    expect(stderr).toBe(
      'error: There is no recipe "coco": choose flickr8k or own-photographs. [unknown_recipe]\n',
    );
  });

  test("a run that cannot begin leaves no folder", async () => {
    const out = join(temporaryFolder(), "run");
    const missing = join(temporaryFolder(), "none");
    const { status, stderr } = await train(
      "--dataset",
      missing,
      "--backbone",
      missing,
      "--out",
      out,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .* cannot be read: check the path\. \[dataset_not_found\]\n$/m);
    expect(existsSync(out)).toBe(false);
  });

  test("--images limits the training images, and the run prints their number", async () => {
    const out = join(temporaryFolder(), "run");
    const tiny = ["--synthetic-images", "24", "--epochs", "1", "--fine-tune", "0"];
    const { status, stdout } = await train("--images", "8", "--out", out, ...tiny);
    expect(status).toBe(0);
    expect(stdout).toContain("8 of 24 training and 100 validation images");
    expect(stdout).toMatch(/^backbone: \S+, images of 32 x 32, features of conv_3$/m);
    const { length } = JSON.parse(await readFile(join(out, "vocabulary.json"), "utf8"));
    // Without the special tokens and the style.
    const words = length - 5;
    expect(stdout).toContain(`words to learn: ${words}, those that occur at least 1 time (`);
    const { dataset } = JSON.parse(await readFile(join(out, "config.json"), "utf8"));
    expect(dataset).toMatchObject({ images: 8, validationImages: 100 });
  });

  test("flags change single options of a recipe, and the run records both", async () => {
    const out = join(temporaryFolder(), "run");
    const tiny = ["--synthetic-images", "8", "--epochs", "1", "--fine-tune", "0"];
    const sizes = ["--units", "4", "--embedding-size", "4", "--self-critical", "0", "--no-tied"];
    const { status, stderr } = await train("--recipe", "flickr8k", "--out", out, ...tiny, ...sizes);
    expect(stderr).not.toContain("error:");
    expect(status).toBe(0);
    const { options } = JSON.parse(await readFile(join(out, "config.json"), "utf8"));
    expect(options).toMatchObject({
      recipe: "flickr8k",
      decoder: "attention",
      batchSize: 16,
      units: 4,
      epochs: 1,
      tied: false,
    });
  });
});
