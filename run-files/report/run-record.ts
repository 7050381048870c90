import { existsSync } from "node:fs";
import { z } from "zod";
import { specialTokens } from "../../core/vocabulary.ts";
import { readLog } from "../log.ts";
import { readRunFile } from "../run-file.ts";
import { type RunFolder, readRunConfig } from "../run-folder.ts";
import { type MeasuredCaptions, measuredRun } from "../validation-captions.ts";
import { type History, historyOf } from "./history.ts";
import { readShownPictures, type ShownPictures } from "./shown-pictures.ts";

/** Older versions kept one example only. */
const faultSchema = z.object({
  kind: z.string(),
  count: z.number(),
  example: z.string().optional(),
  examples: z.array(z.string()).optional(),
});

/** What a rule left out; a run without rules says nothing of them. */
const ruleSchema = z.object({
  rule: z.string(),
  images: z.number(),
  captions: z.number(),
  example: z.string().optional(),
});

/** What `config.json` says of the data; whatever else it says is shown as it stands. */
const datasetSchema = z.looseObject({
  name: z.string(),
  images: z.number().optional(),
  captions: z.number().optional(),
  validationImages: z.number().optional(),
  faults: z.array(faultSchema).default([]),
  cleaning: z.array(ruleSchema).default([]),
});

/** All that a report tells, read from a run's folder. */
export interface RunRecord {
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly command: string;
  readonly dataset: z.infer<typeof datasetSchema>;
  readonly backbone: unknown;
  /** Words that the network may write, special tokens left out. */
  readonly vocabulary: readonly string[];
  readonly history: History;
  /** Not there in a run of an older version, nor before the first epoch's end. */
  readonly validation: MeasuredCaptions | undefined;
  readonly pictures: ShownPictures | undefined;
}

const specialCount = Object.keys(specialTokens).length;

/** @throws UserError `run_not_found` where there is no run, `run_invalid` where a file is damaged. */
export async function readRun(folder: RunFolder): Promise<RunRecord> {
  const { options, command, backbone } = await readRunConfig(folder);
  const { dataset } = await readRunFile(folder.config, z.object({ dataset: datasetSchema }));
  const vocabulary = await readRunFile(folder.vocabulary, z.array(z.string()));
  return {
    path: folder.path,
    options,
    command,
    dataset,
    backbone,
    vocabulary: vocabulary.slice(specialCount),
    history: historyOf(await readLog(folder.log)),
    validation: await readValidation(folder),
    pictures: await readShownPictures(folder),
  };
}

async function readValidation(folder: RunFolder): Promise<MeasuredCaptions | undefined> {
  return existsSync(folder.validationResults) ? measuredRun(folder) : undefined;
}
