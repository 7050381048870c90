import { z } from "zod";
import { ruleOutcomeSchema } from "../cleaning/rules.ts";
import { SPLIT_NAMES } from "../dataset.ts";
import { FINDING_KINDS } from "./findings/kinds.ts";

const count = z.number().int().min(0);

export const SEVERITIES = ["error", "warning", "note"] as const;
const SUBJECTS = ["images", "captions", "words", "splits"] as const;

const exampleSchema = z.object({
  text: z.string().describe("the caption, the word, the image's name or the line"),
  note: z.string().optional().describe("what is wrong with it"),
  images: z.array(z.string()).describe("names of its images, the first few"),
});

const findingSchema = z.object({
  code: z.enum(Object.keys(FINDING_KINDS)).describe("stable, for programs"),
  severity: z.enum(SEVERITIES),
  about: z.enum(SUBJECTS),
  title: z.string(),
  explanation: z.string(),
  remedy: z.string().optional().describe("the option that leaves out what was found"),
  count: count.describe("number of occurrences"),
  of: count.optional().describe("total that the count is a part of"),
  examples: z.array(exampleSchema).describe("the first or the worst occurrences"),
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
  words: count.describe("words of the vocabulary that training would make"),
  coverage: z
    .number()
    .describe("share of all words of the training captions that the vocabulary covers"),
});

/** The object that `npm run inspect -- DIR --json` writes. */
export const inspectionSchema = z.object({
  version: z.literal(1).describe("of this format"),
  dataset: z
    .object({
      name: z.string(),
      path: z.string(),
      format: z.string(),
      found: z.string(),
    })
    .describe(
      "`name`, `path`, `format`, and `found`: what the folder holds, for people; of several data sets joined by ` + `",
    ),
  sets: z
    .array(z.object({ name: z.string(), path: z.string(), splits: splitsSchema }))
    .describe("each data set: `name`, `path`, and `splits` with images and captions"),
  images: count.describe("images that were examined"),
  captions: count.describe("captions of the images"),
  splits: splitsSchema.describe("images and captions of `train`, `validation` and `test`"),
  unassigned: splitSchema.describe("images with captions that are in no split"),
  language: z.string().optional().describe("language of most captions, ISO 639-1"),
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
    .describe("words in a caption: `mean`, `median`, `longest`, `histogram`"),
  vocabulary: z
    .object({
      words: count.describe("different words"),
      tokens: count.describe("all words"),
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
    .describe("what training would use: `rules` with what each leaves out, `splits`, `vocabulary`"),
  seconds: z.number().describe("duration of the inspection"),
  cpuSeconds: z.number().describe("CPU time of all threads"),
});

export type Inspection = z.infer<typeof inspectionSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Example = z.infer<typeof exampleSchema>;
