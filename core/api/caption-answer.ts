import { z } from "zod";
import { IMAGE_FORMATS } from "../codecs/sniff.ts";

const captionSchema = z.object({
  caption: z.string(),
  tokens: z.array(z.string()).meta({
    description: "The words as the model wrote them: in lower case, without punctuation.",
  }),
  tokenLogProbabilities: z.array(z.number()).meta({
    description:
      "The natural logarithm of each word's probability, and of the end's if the model ended the sentence.",
  }),
  logProbability: z.number().meta({ description: "Their sum." }),
  complete: z.boolean().meta({
    description: "False if the caption had to be cut to fit max_length or max_characters.",
  }),
  confidence: z.number().min(0).max(1).optional().meta({
    description:
      "The probability that the caption fits the image, by greedy search's captions; 0 if the caption was cut, absent if the model is not calibrated.",
  }),
});

/** The answer of `/caption`, unless its caption is withheld. */
export const answerSchema = captionSchema
  .extend({
    alternatives: z.array(captionSchema).optional().meta({
      description: "The captions that were found, the best first, as many as were requested.",
    }),
    attention: z
      .object({
        rows: z.int(),
        columns: z.int(),
        maps: z.array(z.array(z.number())).meta({
          description:
            "For each word, how much the model looked at each region, row by row from the top left; the weights of a word sum to one.",
        }),
      })
      .optional(),
    model: z.object({ name: z.string(), version: z.string() }),
    image: z
      .object({ width: z.int(), height: z.int(), format: z.enum(IMAGE_FORMATS) })
      .meta({ description: "Width and height as displayed: after the EXIF orientation." }),
  })
  .meta({ id: "CaptionAnswer" });

/** The answer of `/caption` where the confidence is below the `min_confidence` of the request. */
const withheldAnswerSchema = answerSchema
  .extend({
    caption: z.null(),
    reason: z.literal("low_confidence"),
    draft: z.string().meta({ description: "The caption that is not sure enough." }),
  })
  .meta({ id: "WithheldAnswer" });

/** Every answer of `/caption`. */
export const anyAnswerSchema = z.union([answerSchema, withheldAnswerSchema]);

/** A parsed {@link answerSchema}. */
export type CaptionAnswer = z.infer<typeof answerSchema>;

/** A parsed {@link withheldAnswerSchema}. */
export type WithheldAnswer = z.infer<typeof withheldAnswerSchema>;
