import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";

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
  };
}

/** Makes the folder of a new run. @throws UserError `run_exists` if something is there already. */
export async function createRunFolder(path: string): Promise<RunFolder> {
  const folder = runFolder(path);
  const taken = await readFile(folder.config).then(
    () => true,
    () => false,
  );
  if (taken) {
    throw new UserError(
      "run_exists",
      `${path} already holds a run: go on with it by --resume ${path}, or name another folder by --out.`,
    );
  }
  await mkdir(path, { recursive: true });
  return folder;
}
