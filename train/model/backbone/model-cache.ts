import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { partialPath, writeAtomically } from "../../../node/cli/files.ts";
import { type ModelFiles, parseModelJson } from "../saved/model-files.ts";

/**
 * Stores downloaded models, each in a folder named by a hash of its URL.
 *
 * A folder gets its name once it is complete, so that an interrupted download is never found.
 */
export class ModelCache {
  readonly #folder: string;

  /** @param cache - the folder of everything that training caches. */
  constructor(cache: string) {
    this.#folder = join(cache, "backbones");
  }

  /** Returns the files of a model; undefined if it is not cached completely. */
  async find(url: string): Promise<ModelFiles | undefined> {
    const folder = this.#folderOf(url);
    try {
      const json = await readFile(join(folder, "model.json"));
      const paths = parseModelJson(url, json).weightsManifest.flatMap((group) => group.paths);
      const shards = await Promise.all(
        paths.map((_, index) => readFile(join(folder, shardName(index)))),
      );
      return { json, shards };
    } catch {
      return undefined;
    }
  }

  /** Saves the files of a model, in place of any earlier ones. */
  async keep(url: string, { json, shards }: ModelFiles): Promise<void> {
    const folder = this.#folderOf(url);
    const partial = partialPath(folder);
    try {
      await mkdir(partial, { recursive: true });
      for (const [index, shard] of shards.entries()) {
        await writeAtomically(join(partial, shardName(index)), shard);
      }
      await writeAtomically(join(partial, "model.json"), json);
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }

  #folderOf(url: string): string {
    return join(this.#folder, createHash("sha256").update(url).digest("hex").slice(0, 32));
  }
}

/** Returns a shard's file name by its number: a server's name could be any path. */
function shardName(index: number): string {
  return `shard-${index + 1}.bin`;
}
