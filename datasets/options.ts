import { z } from "zod";
import { STYLE_NAME } from "../core/vocabulary.ts";
import { repeatable } from "../node/cli/option-flags.ts";
import { formatNames } from "./formats/index.ts";

/** How a data set is read; the same for every command that reads one. */
export const datasetOptions = {
  format: z
    .enum(formatNames)
    .optional()
    .describe(`the data set's layout (default: by its files): ${formatNames.join(", ")}`),
};

/** Names of several data sets; the same for every command that reads several. */
export const styleOptions = {
  style: repeatable(z.string().regex(STYLE_NAME, "small letters, digits and hyphens"))
    .optional()
    .describe(
      "name of a data set and its style, one for each --dataset (default: the folder's name)",
    ),
};

const positive = z.coerce.number().int().min(1);
/** Which words of the training captions are learnt. */
export const vocabularyOptions = {
  minimumCount: positive
    .default(5)
    .describe("how often a word must occur in the training captions to be learnt"),
};

const likeness = z.enum(["none", "exact", "near"]).default("none");

/**
 * What is left out of a data set before it is used. All rules are off unless they are asked for, and
 * but for `dropUnreadable` they clean the training split only: what a model is judged on stays as it
 * is, so that runs with other rules can be compared.
 */
export const cleaningOptions = {
  dropUnreadable: z
    .boolean()
    .default(false)
    .describe("leave out pictures that cannot be decoded whole, of every split"),
  minimumSide: positive
    .optional()
    .describe("leave out training pictures with a side of fewer pixels"),
  dropGreyscale: z.boolean().default(false).describe("leave out training pictures without colours"),
  dropDuplicates: likeness.describe(
    "leave out training pictures that repeat an earlier one: exact (the same file) or near (the same to the eye)",
  ),
  dropShared: likeness.describe(
    "leave out training pictures that validation or test has too: exact or near",
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
    .describe("leave out training captions that more than this many images have, word for word"),
};

const cleaningSchema = z.object(cleaningOptions);

/** The rules that a data set is cleaned by. */
export type CleaningOptions = z.infer<typeof cleaningSchema>;
