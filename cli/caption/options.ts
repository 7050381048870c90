import { z } from "zod";
import { NEUTRAL_DESCRIPTION, optionsQuerySchema } from "../../core/api/caption-options.ts";
import { modelOptions } from "../model-options.ts";
import { TABLE_FORMATS } from "./table.ts";

// The service also has alternatives and attention; a table has one caption a row.
const { max_length, max_characters, style, min_confidence } = optionsQuerySchema.shape;

/** Rewrites a description, which is a sentence, in the form that help texts have. */
function asHelp<Field extends z.ZodType>(field: Field): Field {
  const { description = "" } = field;
  return field.describe(`${description.charAt(0).toLowerCase()}${description.slice(1, -1)}`);
}

/** Every option of `npm run caption`. */
export const captionCommandSchema = z.object({
  ...modelOptions,
  maxLength: asHelp(max_length),
  maxCharacters: asHelp(max_characters),
  neutral: asHelp(z.boolean().default(false).describe(NEUTRAL_DESCRIPTION)),
  style: asHelp(style),
  minConfidence: asHelp(min_confidence),
  output: z
    .string()
    .min(1)
    .optional()
    .describe("file for the table; images that it already has are skipped"),
  format: z
    .enum(TABLE_FORMATS)
    .optional()
    .describe("text, csv or ndjson (default: by the output file's ending, otherwise text)"),
  json: z.boolean().default(false).describe("the same as --format ndjson"),
});

/** A parsed {@link captionCommandSchema}. */
export type CaptionCommand = z.infer<typeof captionCommandSchema>;
