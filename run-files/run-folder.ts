import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { readRunFile } from "./run-file.ts";

/** Where everything of a run stands. */
export interface RunFolder {
  readonly path: string;
  readonly config: string;
  readonly vocabulary: string;
  readonly network: string;
  readonly log: string;
  readonly lastCheckpoint: string;
  readonly bestCheckpoint: string;
  readonly encoder: string;
  readonly decoder: string;
  /** Captions of the validation images by the best epoch, in COCO's results format. */
  readonly validationResults: string;
  /** What people wrote about them, in COCO's captions format. */
  readonly validationReferences: string;
  /** A few of them with the places that the words looked at, for the report. */
  readonly shownPictures: string;
  readonly report: string;
  /** Event files, a folder a stage. */
  readonly tensorBoard: string;
}

export function runFolder(path: string): RunFolder {
  const inside = (...names: string[]) => join(path, ...names);
  return {
    path,
    config: inside("config.json"),
    vocabulary: inside("vocabulary.json"),
    network: inside("network.json"),
    log: inside("log.jsonl"),
    lastCheckpoint: inside("checkpoints", "last.bin"),
    bestCheckpoint: inside("checkpoints", "best.bin"),
    encoder: inside("encoder"),
    decoder: inside("decoder"),
    validationResults: inside("validation", "results.json"),
    validationReferences: inside("validation", "references.json"),
    shownPictures: inside("validation", "pictures.json"),
    report: inside("report.html"),
    tensorBoard: inside("tensorboard"),
  };
}

/**
 * Where a new run will stand; the folder is made with its first file.
 *
 * @throws UserError `run_exists` if a run is there already.
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  const folder = runFolder(path);
  if (holdsRun(folder)) {
    throw new UserError(
      "run_exists",
      `${path} already holds a run: go on with it by --resume ${path}, or name another folder by --out.`,
    );
  }
  return folder;
}

/** What a run says of itself before it trains. */
export interface RunDescription {
  /** `config.json`: options, command and the data that it met. */
  readonly config: {
    readonly options: object;
    readonly command: string;
    readonly dataset: object;
    readonly backbone: object;
  };
  /** `network.json`: what the manifest of a bundle says of the network. */
  readonly network: object;
  /** `vocabulary.json` */
  readonly vocabulary: readonly string[];
}

export async function describeRun(folder: RunFolder, description: RunDescription): Promise<void> {
  const pretty = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  await writeAtomically(folder.vocabulary, `${JSON.stringify(description.vocabulary)}\n`);
  await writeAtomically(folder.network, pretty(description.network));
  await writeAtomically(folder.config, pretty(description.config));
}

/**
 * Checks that a run which goes on finds what it began with; its description stays as it is.
 *
 * @throws UserError `run_changed`, `run_invalid`
 */
export async function checkDescription(
  folder: RunFolder,
  { config, network, vocabulary }: RunDescription,
): Promise<void> {
  const { dataset, backbone } = await readRunConfig(folder);
  const pairs: [what: string, then: unknown, now: unknown][] = [
    ["data set", dataset, config.dataset],
    ["backbone", backbone, config.backbone],
    ["vocabulary", await readRunFile(folder.vocabulary, z.unknown()), vocabulary],
    ["network", await readRunFile(folder.network, z.unknown()), network],
  ];
  const changed = pairs.find(([, then, now]) => !isDeepStrictEqual(then, toJson(now)));
  if (changed === undefined) return;
  throw new UserError(
    "run_changed",
    `The ${changed[0]} is not the one that ${folder.path} began with: bring it back, or begin a new run.`,
  );
}

function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const configSchema = z.looseObject({
  options: z.record(z.string(), z.unknown()),
  command: z.string(),
  dataset: z.unknown(),
  backbone: z.unknown(),
});

/** What a run was begun with. @throws UserError `run_not_found`, `run_invalid` */
export async function readRunConfig(folder: RunFolder): Promise<z.infer<typeof configSchema>> {
  if (holdsRun(folder)) return readRunFile(folder.config, configSchema);
  throw new UserError("run_not_found", `${folder.path} holds no run.`);
}

/** Whether a run was begun in a folder. */
export function holdsRun(folder: RunFolder): boolean {
  return existsSync(folder.config);
}
