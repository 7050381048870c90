import { z } from "zod";
import { confidenceFeatureNames } from "./features.ts";

/** A feature of the model: `weight * (value - mean) / deviation` is added to the score. */
const termSchema = z.object({
  feature: z.enum(confidenceFeatureNames),
  mean: z.number(),
  deviation: z.number().positive(),
  weight: z.number(),
});

/** A logistic regression of the probability that a caption fits its image. */
export const confidenceSchema = z.object({
  bias: z.number(),
  terms: z.array(termSchema).min(1),
  /** What a word adds to the score of a caption that contains it; other words add nothing. */
  words: z.record(z.string().min(1), z.number()),
  /** What a style adds to the score; absent if the model was fitted on one style. */
  styles: z.record(z.string().min(1), z.number()).optional(),
  /** The confidence below which a caption should not be used as alt text; absent if none is known. */
  threshold: z.number().min(0).max(1).optional(),
  /** What the model was fitted on, and its quality on images that it was not fitted on. */
  fitted: z.object({
    sets: z
      .array(
        z.object({
          dataset: z.string().min(1),
          style: z.string().min(1).optional(),
          images: z.int().positive(),
          areaUnderRoc: z.number(),
          calibrationError: z.number(),
        }),
      )
      .min(1),
    /** Of all sets together. */
    areaUnderRoc: z.number(),
    calibrationError: z.number(),
  }),
});

export type ConfidenceModel = z.infer<typeof confidenceSchema>;
