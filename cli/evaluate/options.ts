import { z } from "zod";
import { SPLIT_NAMES } from "../../datasets/dataset.ts";
import { datasetOptions, styleOptions } from "../../datasets/options.ts";
import { repeatable } from "../../node/cli/option-flags.ts";
import { modelOptions } from "../model-options.ts";

/** Names that the lists of data sets have for the validation split. */
const OTHER_NAMES: Readonly<Record<string, string>> = { dev: "validation", val: "validation" };

/** Values of `--in-style` that are not names of styles. */
export const OWN_STYLE = "own";
export const DEFAULT_STYLE = "default";

/** Every option of `npm run evaluate`. */
export const evaluateOptionsSchema = z.object({
  dataset: repeatable(z.string(), "name the folder of the data set").describe(
    "folder of a data set in any of the layouts of docs/data.md, several times for several sets",
  ),
  ...styleOptions,
  inStyle: repeatable(z.string().min(1))
    .default([OWN_STYLE])
    .describe(
      "style of the captions: `own` (that of the data set's name, where the model has it), `default` (the model's) or a name; several times to measure each",
    ),
  ...datasetOptions,
  split: z
    .string()
    .transform((name) => OTHER_NAMES[name] ?? name)
    .pipe(z.enum(SPLIT_NAMES))
    .default("validation")
    .describe(`which images: ${SPLIT_NAMES.join(", ")}`),
  ...modelOptions,
  against: z
    .string()
    .min(1)
    .optional()
    .describe("folder of another model, with whose captions and words these are compared"),
  neutral: z
    .boolean()
    .default(false)
    .describe("measure the captions as the option `neutral` writes them, too"),
  json: z.string().min(1).optional().describe("write the whole report to this file"),
  results: z
    .string()
    .min(1)
    .optional()
    .describe("write the captions to this file, in COCO's results format"),
});

export type EvaluateOptions = z.infer<typeof evaluateOptionsSchema>;
