import { z } from "zod";

/** The widest beam: what it costs grows with it, and beyond five captions hardly get better. */
const maximumBeam = 5;

/** The longest caption that may be asked for, in words. */
const maximumLength = 50;

/** What may be asked of a caption, in the URL of every request for one. */
export const optionsQuerySchema = z.object({
  beam: z.coerce.number().int().min(1).max(maximumBeam).optional().meta({
    description: "Beam size. By default as many as alternatives are asked for; 1 is greedy search.",
    example: 3,
  }),
  alternatives: z.coerce.number().int().min(1).max(maximumBeam).optional().meta({
    description: "How many captions to list, the best first. Not more than the beam size.",
    example: 3,
  }),
  max_length: z.coerce.number().int().min(1).max(maximumLength).optional().meta({
    description: "The largest number of words; the model's own maximum by default.",
  }),
  attention: z.enum(["true", "false"]).default("false").meta({
    description: "Whether to say, for each word, where in the picture the model looked.",
  }),
  format: z.enum(["json", "text"]).optional().meta({
    description: "The caption alone or all that is known; by default as the Accept header says.",
  }),
});

export const urlQuerySchema = optionsQuerySchema.extend({
  url: z.string().optional().meta({
    description: "Where the picture is: http or https, on the open internet.",
    example: "https://upload.wikimedia.org/wikipedia/commons/3/3a/Cat03.jpg",
  }),
  expires: z.string().optional().meta({
    description: "Of a signed URL: seconds since 1970 after which it is not valid any more.",
  }),
  signature: z.string().optional().meta({
    description: "Of a signed URL: HMAC-SHA-256 of its path and sorted parameters, in base64url.",
  }),
});

export type OptionsQuery = z.infer<typeof optionsQuerySchema>;

/** What a request may send instead of a picture. */
export const urlBodySchema = z.strictObject({
  url: z.string(),
});
