import { z } from "zod";
import { STYLE_NAME } from "../../core/vocabulary.ts";
import { datasetOptions } from "../../datasets/options.ts";
import { repeatable } from "../../node/cli/option-flags.ts";

export const calibrateOptionsSchema = z.object({
  dataset: repeatable(z.string().min(1), "name the folder of a data set").describe(
    "folder of a data set in any of the layouts of docs/data.md, several times for several sets",
  ),
  style: repeatable(z.string().regex(STYLE_NAME, "small letters, digits and hyphens"))
    .optional()
    .describe("style of a set's captions, one for each --dataset (default: the model's own)"),
  format: datasetOptions.format,
  nonPhotographs: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(25)
    .describe("how many charts, screenshots, documents, drawings, ... are drawn of each kind"),
  otherSearches: z
    .boolean()
    .default(false)
    .describe("measure captions of a beam of 3, and of at most 8 words, too"),
  dryRun: z.boolean().default(false).describe("leave the bundle's manifest as it is"),
  json: z.string().min(1).optional().describe("write the whole report to this file"),
  html: z
    .string()
    .min(1)
    .optional()
    .describe("write the report to this file, as one page for people"),
});

export type CalibrateOptions = z.infer<typeof calibrateOptionsSchema>;
