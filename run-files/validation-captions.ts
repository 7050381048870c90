import { z } from "zod";
import { type Measures, measure } from "../metrics/index.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { readRunFile } from "./run-file.ts";
import type { RunFolder } from "./run-folder.ts";

type Words = readonly string[];

/** What a run wrote about the validation images, and what people did, image by image. */
export interface ValidationCaptions {
  readonly ids: readonly string[];
  readonly candidates: readonly Words[];
  readonly references: readonly (readonly Words[])[];
}

/** Them, and how each caption scored. */
export interface MeasuredCaptions extends ValidationCaptions {
  readonly measures: Measures;
}

/**
 * Keeps the captions of the best epoch in COCO's two formats, which `npm run score` reads.
 *
 * The words stand as they were scored: in lower case, split, without punctuation.
 */
export async function saveValidationCaptions(
  folder: RunFolder,
  { ids, candidates, references }: ValidationCaptions,
): Promise<void> {
  const captionOf = (index: number, words: Words) => ({
    image_id: ids[index],
    caption: words.join(" "),
  });
  const results = candidates.map((words, index) => captionOf(index, words));
  const annotations = references.flatMap((ofImage, index) =>
    ofImage.map((words) => captionOf(index, words)),
  );
  await writeAtomically(folder.validationReferences, JSON.stringify({ annotations }));
  await writeAtomically(folder.validationResults, JSON.stringify(results));
}

const captionSchema = z.object({ image_id: z.string(), caption: z.string() });
const resultsSchema = z.array(captionSchema);
const referencesSchema = z.object({ annotations: resultsSchema });

/** @throws UserError `run_invalid` for a run that has not come to an epoch's end. */
export async function readValidationCaptions(folder: RunFolder): Promise<ValidationCaptions> {
  const results = await readRunFile(folder.validationResults, resultsSchema);
  const { annotations } = await readRunFile(folder.validationReferences, referencesSchema);
  const references = new Map<string, Words[]>(results.map(({ image_id }) => [image_id, []]));
  for (const { image_id, caption } of annotations) references.get(image_id)?.push(split(caption));
  return {
    ids: results.map(({ image_id }) => image_id),
    candidates: results.map(({ caption }) => split(caption)),
    references: [...references.values()],
  };
}

/** @throws UserError `run_invalid` for a run that kept no captions. */
export async function measuredRun(folder: RunFolder): Promise<MeasuredCaptions> {
  const captions = await readValidationCaptions(folder);
  return { ...captions, measures: measure(captions.candidates, captions.references) };
}

function split(caption: string): Words {
  return caption === "" ? [] : caption.split(" ");
}
