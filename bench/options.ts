import { z } from "zod";
import { releasedModel } from "../node/bundle.ts";

export const benchOptionsSchema = z.object({
  only: z.string().optional().describe("only these parts, with commas between their names"),
  json: z.string().optional().describe("a file for the same figures as JSON"),
  model: z.string().min(1).default(releasedModel).describe("the folder of the bundle"),
  runs: z.coerce
    .number()
    .int()
    .min(1)
    .default(20)
    .describe("how often each thing is measured; what is slow is measured less often"),
  accept: z.boolean().default(false).describe("only write today's counts to bench/budget.json"),
  isolates: z.coerce
    .number()
    .int()
    .min(1)
    .default(3)
    .describe("how many fresh isolates are started"),
});

export type BenchOptions = z.infer<typeof benchOptionsSchema>;
