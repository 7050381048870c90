import { existsSync } from "node:fs";
import { specialTokens, Vocabulary, vocabularySchema } from "../core/vocabulary.ts";
import { type RunConfig, readRunConfig, setNames } from "./config.ts";
import { type History, historyOf } from "./history.ts";
import { readRunFile } from "./json-file.ts";
import { readLog } from "./log.ts";
import type { RunFolder } from "./run-folder.ts";
import { readShownImages, type ShownImages } from "./shown-images.ts";
import {
  type MeasuredCaptions,
  measureCaptions,
  readValidationCaptions,
} from "./validation-captions.ts";

/** Everything that reports and comparisons say about a run, read from its folder. */
export interface RunRecord extends RunConfig {
  readonly path: string;
  /** Words that the network may write, without special and style tokens. */
  readonly words: readonly string[];
  readonly history: History;
  /** Absent in a run of an older version, and before the first epoch's end. */
  readonly validation: MeasuredCaptions | undefined;
  readonly shown: ShownImages | undefined;
}

/**
 * Reads a run, finished or not.
 *
 * @throws {UserError} `run_not_found` when the folder holds no run, `run_invalid` when a file is
 *   damaged.
 */
export async function readRun(folder: RunFolder): Promise<RunRecord> {
  const config = await readRunConfig(folder);
  const tokens = await readRunFile(folder.vocabulary, vocabularySchema);
  return {
    ...config,
    path: folder.path,
    words: wordsOf(Vocabulary.parse(tokens)),
    history: historyOf(await readLog(folder.log)),
    validation: await readValidation(folder, setNames(config)),
    shown: await readShownImages(folder),
  };
}

function wordsOf({ tokens, unspeakableTokens }: Vocabulary): string[] {
  const excluded = new Set([...unspeakableTokens, specialTokens.end]);
  return tokens.filter((_, id) => !excluded.has(id));
}

async function readValidation(
  folder: RunFolder,
  sets: readonly string[],
): Promise<MeasuredCaptions | undefined> {
  if (!existsSync(folder.validationResults)) return undefined;
  return measureCaptions(await readValidationCaptions(folder), sets);
}
