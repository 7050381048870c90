import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";

/** Paths of a run's files. */
export interface RunFolder {
  readonly path: string;
  readonly config: string;
  readonly vocabulary: string;
  readonly network: string;
  readonly log: string;
  readonly lastCheckpoint: string;
  readonly bestCheckpoint: string;
  /** Folder of the encoder's LayersModel, whose file is `encoderModel`. */
  readonly encoder: string;
  readonly encoderModel: string;
  readonly decoder: string;
  readonly decoderModel: string;
  /** Captions of the validation images by the best epoch, in COCO's results format. */
  readonly validationResults: string;
  /** References of the validation images, in COCO's captions format. */
  readonly validationReferences: string;
  /** The images of the report, with the attention of their captions. */
  readonly shownImages: string;
  readonly report: string;
  /** Folder of TensorBoard's event files, one folder for each stage; see `--summaries`. */
  readonly summaries: string;
}

/** Returns the paths of a run's files; none of them need exist. */
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
    encoderModel: inside("encoder", "model.json"),
    decoder: inside("decoder"),
    decoderModel: inside("decoder", "model.json"),
    validationResults: inside("validation", "results.json"),
    validationReferences: inside("validation", "references.json"),
    shownImages: inside("validation", "pictures.json"),
    report: inside("report.html"),
    summaries: inside("tensorboard"),
  };
}

/**
 * Returns the folder of a new run, which is made with its first file.
 *
 * @throws {UserError} `run_exists` when the folder holds a run.
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  const folder = runFolder(path);
  if (holdsRun(folder)) {
    throw new UserError(
      "run_exists",
      `${path} already holds a run: resume it with --resume ${path}, or name another folder with --out.`,
    );
  }
  return folder;
}

/** Returns whether a folder holds a run. */
export function holdsRun(folder: RunFolder): boolean {
  return existsSync(folder.config);
}
