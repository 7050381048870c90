import { z } from "zod";
import { ruleOutcomeSchema } from "../cleaning/rules.ts";
import { SPLIT_NAMES } from "../dataset.ts";
import { findingKinds } from "./findings/kinds.ts";

const count = z.number().int().min(0);

export const severities = ["error", "warning", "note"] as const;
export const subjects = ["images", "captions", "words", "splits"] as const;

const exampleSchema = z.object({
  text: z.string().describe("the caption, the word, the image's name or the line that is meant"),
  note: z.string().optional().describe("what is wrong with it, or what is meant instead"),
  images: z.array(z.string()).describe("names of the images that it is about, the first few"),
});

const findingSchema = z.object({
  code: z.enum(Object.keys(findingKinds)).describe("stable, for programs"),
  severity: z.enum(severities),
  about: z.enum(subjects),
  title: z.string(),
  explanation: z.string(),
  remedy: z.string().optional().describe("the option that leaves out what was found"),
  count: count.describe("how many there are"),
  of: count.optional().describe("out of how many"),
  examples: z.array(exampleSchema).describe("the first or the worst of them"),
});

const splitSchema = z.object({ images: count, captions: count });
const splitsSchema = z.object(
  Object.fromEntries(SPLIT_NAMES.map((name) => [name, splitSchema])) as Record<
    (typeof SPLIT_NAMES)[number],
    typeof splitSchema
  >,
);

const vocabularySchema = z.object({
  minimumCount: count,
  words: count.describe("words that training would learn"),
  coverage: z.number().describe("share of all words in the training captions that they make up"),
});

/** What `npm run inspect -- DIR --json` writes. */
export const inspectionSchema = z.object({
  version: z.literal(1).describe("of this format"),
  dataset: z
    .object({
      name: z.string(),
      path: z.string(),
      format: z.string(),
      found: z.string().describe("what was found in the folder, for people"),
    })
    .describe("`name`, `path`, `format`, and `found`: what the folder holds, for people"),
  images: count.describe("pictures that were looked at"),
  captions: count.describe("that the images have"),
  splits: splitsSchema.describe("images and captions of `train`, `validation` and `test`"),
  unassigned: splitSchema.describe("images with captions that are in no split"),
  language: z.string().optional().describe("what most captions are in, ISO 639-1"),
  findings: z
    .array(findingSchema)
    .describe(
      "the most important first, each with `code`, `severity`, `about`, `title`, `explanation`, `remedy`, `count`, `of` and `examples`",
    ),
  lengths: z
    .object({
      mean: z.number(),
      median: z.number(),
      longest: count,
      histogram: z.array(z.object({ words: count, captions: count })),
    })
    .describe("how many words captions have: `mean`, `median`, `longest`, `histogram`"),
  vocabulary: z
    .object({
      words: count.describe("different ones"),
      tokens: count.describe("all of them"),
      histogram: z.array(
        z.object({ from: count, to: count.optional(), words: count, tokens: count }),
      ),
      frequent: z.array(z.object({ word: z.string(), count })),
    })
    .describe("how often words occur: `words`, `tokens`, `histogram`, and the most `frequent`"),
  keep: z
    .object({
      rules: z.array(ruleOutcomeSchema),
      splits: splitsSchema,
      vocabulary: vocabularySchema,
    })
    .describe(
      "what training would have: `rules` with what each leaves out, `splits`, `vocabulary`",
    ),
  seconds: z.number().describe("that the inspection took"),
  cpuSeconds: z.number().describe("of all threads together"),
});

export type Inspection = z.infer<typeof inspectionSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Example = z.infer<typeof exampleSchema>;
