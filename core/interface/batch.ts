import { z } from "zod";
import { answerSchema } from "./caption-answer.ts";
import { optionsQuerySchema } from "./caption-options.ts";
import { problemSchema } from "./problems.ts";

export const batchQuerySchema = optionsQuerySchema.omit({ format: true });

export const batchSchema = z.strictObject({
  urls: z
    .array(z.string())
    .min(1)
    .meta({
      description: "Where the pictures are; at most 32, or fewer where the service is set so.",
      example: ["https://example.com/1.jpg", "https://example.com/2.jpg"],
    }),
});

/** A line of the answer: `answer` or `problem` is there. */
export const lineSchema = z
  .object({
    index: z.int().meta({ description: "The URL's place in the request, from 0." }),
    url: z.string(),
    status: z.int().meta({ description: "What /caption would have answered with." }),
    answer: answerSchema.optional(),
    problem: problemSchema.optional(),
  })
  .meta({ id: "CaptionsLine" });

export type CaptionsLine = z.infer<typeof lineSchema>;
