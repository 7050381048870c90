import { z } from "zod";
import { releasedModel } from "../node/released-model.ts";

const countSchema = z.coerce.number().int().min(1);

/** Options of `npm run bench`. */
export const benchOptionsSchema = z.object({
  only: z.string().optional().describe("only these parts, separated by commas"),
  json: z.string().optional().describe("a file for the same figures as JSON"),
  model: z.string().min(1).default(releasedModel).describe("folder of the bundle"),
  runs: countSchema
    .default(20)
    .describe("number of measurements of each figure; slow ones are measured less often"),
  against: z
    .string()
    .min(1)
    .optional()
    .describe("folder of another checkout, with its packages installed, to compare captions with"),
  accept: z.boolean().default(false).describe("only write the present counts to bench/budget.json"),
  isolates: countSchema.default(3).describe("number of fresh isolates for the first captions"),
});

export type BenchOptions = z.infer<typeof benchOptionsSchema>;
