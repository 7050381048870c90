import { z } from "@hono/zod-openapi";
import type { Manifest } from "../../core/bundle/manifest.ts";
import type { Caption } from "../../core/captioner.ts";
import { IMAGE_FORMATS } from "../../core/codecs/sniff.ts";
import type { AnswerOptions } from "./options.ts";

const captionSchema = z.object({
  caption: z.string().openapi({ example: "A cat lies on a red blanket." }),
  tokens: z.array(z.string()).openapi({
    description: "The words as the model wrote them: in lower case, without punctuation.",
    example: ["a", "cat", "lies", "on", "a", "red", "blanket"],
  }),
  tokenLogProbabilities: z.array(z.number()).openapi({
    description:
      "Natural logarithm of the probability of each word, and of the end where it was reached.",
  }),
  logProbability: z.number().openapi({ description: "Their sum.", example: -7.4 }),
});

/** What `/caption` answers with. */
export const answerSchema = captionSchema
  .extend({
    alternatives: z.array(captionSchema).optional().openapi({
      description: "The captions that were found, the best first, as many as were asked for.",
    }),
    attention: z
      .object({
        rows: z.int(),
        columns: z.int(),
        maps: z.array(z.array(z.number())).openapi({
          description:
            "For each word, how much the model looked at each region, row by row from the top left; the weights of a word sum to one.",
        }),
      })
      .optional(),
    model: z.object({ name: z.string(), version: z.string() }),
    image: z
      .object({ width: z.int(), height: z.int(), format: z.enum(IMAGE_FORMATS) })
      .openapi({ description: "The size as it is seen: turned by the EXIF orientation." }),
  })
  .openapi("CaptionAnswer");

export type CaptionAnswer = z.infer<typeof answerSchema>;

/**
 * Says what was found.
 *
 * @param captions - at least one, the best first.
 */
export function describeCaptions(
  captions: readonly Caption[],
  image: CaptionAnswer["image"],
  { name, version, network }: Manifest,
  options: AnswerOptions,
): CaptionAnswer {
  const [best] = captions;
  if (!best) throw new Error("the search found no caption at all");
  const alternatives = captions.slice(0, options.alternatives).map(describe);
  return {
    ...describe(best),
    ...(alternatives.length > 0 ? { alternatives } : {}),
    ...(options.attention && network.regions
      ? { attention: { ...network.regions, maps: best.attention.map(rounded) } }
      : {}),
    model: { name, version },
    image,
  };
}

function describe({ caption, tokens, tokenLogProbabilities, logProbability }: Caption) {
  return {
    caption,
    tokens: [...tokens],
    tokenLogProbabilities: [...tokenLogProbabilities],
    logProbability,
  };
}

/** Ten thousandths: an eighth of the characters, and more than an eye can tell apart. */
function rounded(weights: Float32Array): number[] {
  return Array.from(weights, (weight) => Math.round(weight * 10_000) / 10_000);
}
