import { z } from "zod";
import { STYLE_NAME } from "../core/vocabulary.ts";
import { repeatable } from "../node/cli/option-flags.ts";
import { formatNames } from "./formats/index.ts";

/** Options of every command that reads a data set. */
export const datasetOptions = {
  format: z
    .enum(formatNames)
    .optional()
    .describe(`the data set's layout (default: by its files): ${formatNames.join(", ")}`),
};

/** Options of every command that reads several data sets. */
export const styleOptions = {
  style: repeatable(z.string().regex(STYLE_NAME, "small letters, digits and hyphens"))
    .optional()
    .describe(
      "name of a data set and its style, one for each --dataset (default: the folder's name)",
    ),
};

const positive = z.coerce.number().int().min(1);
/** Options of the vocabulary. */
export const vocabularyOptions = {
  minimumCount: positive
    .default(5)
    .describe("how often a word must occur in the training captions to be learnt"),
};

const likeness = z.enum(["none", "exact", "near"]).default("none");

/**
 * Rules that leave out a part of a data set. All are off by default, and all but `dropUnreadable`
 * clean the training split alone: validation and test stay as they are, so that runs with different
 * rules can be compared.
 */
export const cleaningOptions = {
  dropUnreadable: z
    .boolean()
    .default(false)
    .describe("leave out images that cannot be decoded whole, of every split"),
  minimumSide: positive
    .optional()
    .describe("leave out training images with a side of fewer pixels"),
  dropGreyscale: z.boolean().default(false).describe("leave out training images without colours"),
  dropDuplicates: likeness.describe(
    "leave out training images that repeat an earlier one: exact (the same file) or near (the same to the eye)",
  ),
  dropShared: likeness.describe(
    "leave out training images that are also in validation or test: exact or near",
  ),
  minimumWords: positive.optional().describe("leave out training captions of fewer words"),
  maximumWords: positive.optional().describe("leave out training captions of more words"),
  dropNonText: z
    .boolean()
    .default(false)
    .describe(
      "leave out training captions with markup, addresses or control characters, or mostly of digits and symbols",
    ),
  dropOtherLanguages: z
    .boolean()
    .default(false)
    .describe("leave out training captions that are clearly in another language than most"),
  maximumRepeats: positive
    .optional()
    .describe("leave out training captions that more than this many images share, word for word"),
};

const cleaningSchema = z.object(cleaningOptions);

/** The cleaning rules with their values. */
export type CleaningOptions = z.infer<typeof cleaningSchema>;
