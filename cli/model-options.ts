import { z } from "zod";
import { releasedModel } from "../node/released-model.ts";

/** Options of the commands that caption with a bundle. */
export const modelOptions = {
  model: z.string().min(1).default(releasedModel).describe("folder of the model"),
  beam: z.coerce.number().int().min(1).max(20).default(1).describe("beam size; 1 is greedy search"),
};
