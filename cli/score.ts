/**
 * `npm run score`: scores captions against references, both in files of COCO's formats.
 */

import { z } from "zod";
import { type MeasureValues, measure, measureNames, tokenizeCaption } from "../metrics/index.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { countOf } from "../node/cli/numbers.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import {
  type JoinedCaptions,
  joinCaptions,
  readCocoFile,
  referencesSchema,
  resultsSchema,
} from "./score/coco.ts";

const NOT_COMPUTED =
  "METEOR and SPICE are not computed: they are defined by Java programs and their data.";

const optionsSchema = z.object({
  references: z
    .string({ error: "name the file of the references" })
    .describe('file of the references: {"annotations": [{"image_id", "caption"}]}'),
  results: z
    .string({ error: "name the file of the captions to score" })
    .describe('file with one caption per image: [{"image_id", "caption"}]'),
  json: z.boolean().default(false).describe("print one JSON object instead of a table"),
});

function readOptions(): z.infer<typeof optionsSchema> {
  const command = createCommand(
    "npm run score --",
    "Scores captions as coco-caption does: BLEU-1 to 4, ROUGE-L and CIDEr-D.",
  )
    .addHelpText(
      "after",
      `\nOnly images that have a result are scored. ${NOT_COMPUTED}\nSee docs/metrics.md.`,
    )
    .allowExcessArguments(false);
  return parseOptions(optionsSchema, addOptions(command, optionsSchema).parse().opts());
}

function score({ images }: JoinedCaptions): MeasureValues {
  return measure(
    images.map(({ caption }) => tokenizeCaption(caption)),
    images.map(({ references }) => references.map(tokenizeCaption)),
  ).corpus;
}

function table(values: MeasureValues, { images }: JoinedCaptions): string {
  const references = images.reduce((sum, image) => sum + image.references.length, 0);
  return [
    `${countOf(images.length, "image")}, ${countOf(references, "reference")}`,
    ...measureNames.map((name) => `${name.padEnd(8)} ${values[name].toFixed(4)}`),
    NOT_COMPUTED,
  ].join("\n");
}

await runCommand(async () => {
  const options = readOptions();
  const references = await readCocoFile(options.references, referencesSchema);
  const results = await readCocoFile(options.results, resultsSchema);
  const joined = joinCaptions(references.annotations, results);
  if (joined.imagesWithoutResult > 0) {
    process.stderr.write(
      `note: ${countOf(joined.imagesWithoutResult, "image")} without a result not scored\n`,
    );
  }
  const values = score(joined);
  process.stdout.write(
    `${options.json ? JSON.stringify(values, null, 2) : table(values, joined)}\n`,
  );
});
