import { z } from "zod";
import { anyAnswerSchema } from "./caption-answer.ts";
import { optionsQuerySchema } from "./caption-options.ts";
import { problemSchema } from "./problems.ts";

/** The query of `POST /captions`: the options of all captions of a batch. */
export const batchQuerySchema = optionsQuerySchema.omit({ format: true });

/** The body of `POST /captions`. */
export const batchSchema = z.strictObject({
  urls: z.array(z.string()).min(1).meta({
    description: "The images' URLs; at most 32, or fewer if the service is configured so.",
  }),
});

const image = {
  index: z.int().meta({ description: "The URL's position in the request, from 0." }),
  url: z.string(),
};

const captionedLineSchema = z
  .object({ ...image, status: z.literal(200), answer: anyAnswerSchema })
  .meta({ id: "CaptionedLine" });

const failedLineSchema = z
  .object({
    ...image,
    status: z.int().meta({ description: "The status that /caption would have answered with." }),
    problem: problemSchema,
  })
  .meta({ id: "FailedLine" });

/** A line of the answer to `POST /captions`: the caption of an image, or its problem. */
export const lineSchema = z
  .union([captionedLineSchema, failedLineSchema])
  .meta({ id: "CaptionsLine", description: "The caption of an image, or its problem." });

/** A parsed {@link lineSchema}. */
export type CaptionsLine = z.infer<typeof lineSchema>;
