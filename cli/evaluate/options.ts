import { z } from "zod";
import { SPLIT_NAMES } from "../../datasets/dataset.ts";
import { datasetOptions } from "../../datasets/options.ts";
import { modelOptions } from "../model-options.ts";

/** The data sets' own lists are named after the development set. */
const otherNames: Readonly<Record<string, string>> = { dev: "validation", val: "validation" };

export const evaluateOptionsSchema = z.object({
  dataset: z
    .string({ error: "name the folder of the data set" })
    .describe("folder of a data set in any of the layouts of docs/data.md"),
  format: datasetOptions.format,
  split: z
    .string()
    .transform((name) => otherNames[name] ?? name)
    .pipe(z.enum(SPLIT_NAMES, { error: `a split is ${SPLIT_NAMES.join(", ")}` }))
    .default("validation")
    .describe(`which images: ${SPLIT_NAMES.join(", ")}`),
  ...modelOptions,
  against: z
    .string()
    .min(1)
    .optional()
    .describe("the folder of another model, whose captions and words are compared with these"),
  json: z.string().min(1).optional().describe("write the whole report to this file"),
  results: z
    .string()
    .min(1)
    .optional()
    .describe("write the captions to this file, in COCO's results format"),
});

export type EvaluateOptions = z.infer<typeof evaluateOptionsSchema>;
