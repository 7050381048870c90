import { z } from "zod";
import { type Caption, type Measures, measure } from "../metrics/index.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { readRunFile } from "./json-file.ts";
import type { RunFolder } from "./run-folder.ts";

/** Captions that a run wrote about validation images, with the images' references, in one order. */
export interface ValidationCaptions {
  /** Names of the images; of several data sets each with the set's name and a slash before it. */
  readonly ids: readonly string[];
  readonly candidates: readonly Caption[];
  readonly references: readonly (readonly Caption[])[];
}

/** The captions of one data set, measured with the document frequencies of its own references. */
export interface MeasuredSet extends ValidationCaptions {
  readonly name: string;
  /** Names of the images in their data set, without its name. */
  readonly ids: readonly string[];
  readonly measures: Measures;
}

/** All captions of a run, and the same set by set. */
export interface MeasuredCaptions extends ValidationCaptions {
  readonly sets: readonly MeasuredSet[];
  /** CIDEr-D of each caption, in the order of `ids`. */
  readonly scores: readonly number[];
}

/**
 * Writes the captions of the best epoch in COCO's two formats, which `npm run score` reads.
 *
 * The words stand as they were scored: lower case, tokenised, without punctuation.
 */
export async function saveValidationCaptions(
  folder: RunFolder,
  { ids, candidates, references }: ValidationCaptions,
): Promise<void> {
  const captionOf = (index: number, words: Caption): CaptionOfImage => ({
    image_id: ids[index] ?? "",
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
type CaptionOfImage = z.infer<typeof captionSchema>;
const resultsSchema = z.array(captionSchema);
const referencesSchema = z.object({ annotations: resultsSchema });

/**
 * Reads the captions of a run's best epoch.
 *
 * @throws {UserError} `run_invalid` when the run kept none.
 */
export async function readValidationCaptions(folder: RunFolder): Promise<ValidationCaptions> {
  const results = await readRunFile(folder.validationResults, resultsSchema);
  const { annotations } = await readRunFile(folder.validationReferences, referencesSchema);
  const references = new Map<string, Caption[]>(results.map(({ image_id }) => [image_id, []]));
  for (const { image_id, caption } of annotations) references.get(image_id)?.push(words(caption));
  return {
    ids: results.map(({ image_id }) => image_id),
    candidates: results.map(({ caption }) => words(caption)),
    references: [...references.values()],
  };
}

/**
 * Measures captions set by set: a joint document frequency would weigh a word of one set by how
 * common it is in the others.
 *
 * @param setNames - of the run's data sets; of several, each id begins with one of them and a slash.
 */
export function measureCaptions(
  captions: ValidationCaptions,
  setNames: readonly string[],
): MeasuredCaptions {
  const rows = [...captions.ids.keys()];
  const scores = new Array<number>(rows.length).fill(0);
  const sets = setNames.flatMap((name) => {
    const prefix = setNames.length === 1 ? "" : `${name}/`;
    const own = rows.filter((row) => captions.ids[row]?.startsWith(prefix));
    if (own.length === 0) return [];
    const ofSet = {
      ids: own.map((row) => captions.ids[row]?.slice(prefix.length) ?? ""),
      candidates: own.map((row) => captions.candidates[row] ?? []),
      references: own.map((row) => captions.references[row] ?? []),
    };
    const measures = measure(ofSet.candidates, ofSet.references);
    for (const [index, row] of own.entries()) scores[row] = measures.cider.perImage[index] ?? 0;
    return [{ name, ...ofSet, measures }];
  });
  return { ...captions, sets, scores };
}

function words(caption: string): Caption {
  return caption === "" ? [] : caption.split(" ");
}
