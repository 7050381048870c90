import { z } from "zod";
import { answerSchema } from "./caption-answer.ts";
import { optionsQuerySchema } from "./caption-options.ts";
import { problemSchema } from "./problems.ts";

/** What may be asked of all captions of a batch. */
export const batchQuerySchema = optionsQuerySchema.omit({ format: true });

/** What a request for many captions sends. */
export const batchSchema = z.strictObject({
  urls: z.array(z.string()).min(1).meta({
    description: "Where the pictures are; at most 32, or fewer where the service is set so.",
  }),
});

const place = {
  index: z.int().meta({ description: "The URL's place in the request, from 0." }),
  url: z.string(),
};

const captionedLineSchema = z
  .object({ ...place, status: z.literal(200), answer: answerSchema })
  .meta({ id: "CaptionedLine" });

const failedLineSchema = z
  .object({
    ...place,
    status: z.int().meta({ description: "What /caption would have answered with." }),
    problem: problemSchema,
  })
  .meta({ id: "FailedLine" });

/** A line of the answer: a picture's caption, or what was wrong with it. */
export const lineSchema = z
  .union([captionedLineSchema, failedLineSchema])
  .meta({ id: "CaptionsLine", description: "A picture's caption, or what was wrong with it." });

export type CaptionsLine = z.infer<typeof lineSchema>;
