import { z } from "zod";

/** The largest beam size. The cost grows with it, and captions hardly improve beyond five. */
const MAXIMUM_BEAM = 5;

/** The longest caption that may be requested, in words. */
const MAXIMUM_LENGTH = 50;

/** Bounds of `max_characters`. Hardly any sentence is shorter than the lower one. */
const MINIMUM_CHARACTERS = 10;
const MAXIMUM_CHARACTERS = 1000;

/** What `neutral` does, wherever captions are asked for. */
export const NEUTRAL_DESCRIPTION =
  "Whether captions name people without gender: person, child, people, their.";

/** The options of a caption, in the query of every request for one. A new option is added here. */
export const optionsQuerySchema = z.strictObject({
  beam: z.coerce.number().int().min(1).max(MAXIMUM_BEAM).optional().meta({
    description: "Beam size; 1 is greedy search. By default the number of alternatives.",
    example: 3,
  }),
  alternatives: z.coerce.number().int().min(1).max(MAXIMUM_BEAM).optional().meta({
    description: "How many captions to list, the best first. At most the beam size.",
    example: 3,
  }),
  max_length: z.coerce.number().int().min(1).max(MAXIMUM_LENGTH).optional().meta({
    description: "The largest number of words; by default the model's own maximum.",
  }),
  max_characters: z.coerce
    .number()
    .int()
    .min(MINIMUM_CHARACTERS)
    .max(MAXIMUM_CHARACTERS)
    .optional()
    .meta({
      description:
        "The largest number of characters, the full stop included; style guides limit alternative text to about 125.",
      example: 125,
    }),
  neutral: z
    .enum(["true", "false"])
    .optional()
    .meta({
      description: `${NEUTRAL_DESCRIPTION} By default as the service is configured.`,
    }),
  style: z.string().optional().meta({
    description: "The caption's style, one of the model's `styles`; by default its `defaultStyle`.",
    example: "coco",
  }),
  min_confidence: z
    .string()
    // Coercion alone would take an empty text for 0.
    .regex(/^[\d.]+$/, "it must be a number from 0 to 1")
    .pipe(z.coerce.number<string>().min(0).max(1))
    .optional()
    .meta({
      type: "number",
      minimum: 0,
      maximum: 1,
      description: "Withholds the caption if its confidence is lower: see docs/confidence.md.",
      example: 0.7,
    }),
  attention: z.enum(["true", "false"]).default("false").meta({
    description: "Whether to return, for each word, where in the image the model looked.",
  }),
  format: z.enum(["json", "text"]).optional().meta({
    description: "The whole answer or the caption alone; by default as the Accept header says.",
  }),
});

/** The query of `GET /caption`. */
export const urlQuerySchema = optionsQuerySchema.extend({
  url: z.string().optional().meta({
    description: "The image's URL: http or https, on the open internet.",
    example: "https://upload.wikimedia.org/wikipedia/commons/3/3a/Cat03.jpg",
  }),
  expires: z.string().optional().meta({
    description: "Of a signed URL: seconds since 1970 after which it is no longer valid.",
  }),
  signature: z.string().optional().meta({
    description: "Of a signed URL: HMAC-SHA-256 of its path and sorted parameters, in base64url.",
  }),
});

/** A parsed {@link optionsQuerySchema}. */
export type OptionsQuery = z.infer<typeof optionsQuerySchema>;

/** A parameter as programs give it: a boolean where the query has `true` or `false`. */
type Parameter<T> = NonNullable<T> extends "true" | "false" ? boolean : T;

/** The options of a caption as programs give them; the answer is always JSON. */
export type CaptionParameters = {
  readonly [Name in Exclude<keyof OptionsQuery, "format">]?: Parameter<OptionsQuery[Name]>;
};

/** The JSON body of `POST /caption`, which names an image instead of uploading it. */
export const urlBodySchema = z.strictObject({
  url: z.string(),
});
