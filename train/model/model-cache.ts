import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { partialPath, writeAtomically } from "../../node/cli/files.ts";
import { type ModelFiles, parseModelJson } from "./model-files.ts";

/**
 * Models that were downloaded, each in a folder named by a hash of its address.
 *
 * A folder takes its name when it is whole: a download that was cut short is never found.
 */
export class ModelCache {
  readonly #folder: string;

  /** @param cache - the folder of all that training caches. */
  constructor(cache: string) {
    this.#folder = join(cache, "backbones");
  }

  /** The files of a model, if they were kept and are all there. */
  async find(url: string): Promise<ModelFiles | undefined> {
    const place = this.#place(url);
    try {
      const json = await readFile(join(place, "model.json"));
      const paths = parseModelJson(url, json).weightsManifest.flatMap((group) => group.paths);
      const shards = await Promise.all(
        paths.map((_, index) => readFile(join(place, shardName(index)))),
      );
      return { json, shards };
    } catch {
      return undefined;
    }
  }

  /** Keeps the files of a model, in the place of any that were there. */
  async keep(url: string, { json, shards }: ModelFiles): Promise<void> {
    const place = this.#place(url);
    const beside = partialPath(place);
    try {
      await mkdir(beside, { recursive: true });
      for (const [index, shard] of shards.entries()) {
        await writeAtomically(join(beside, shardName(index)), shard);
      }
      await writeAtomically(join(beside, "model.json"), json);
      await rm(place, { recursive: true, force: true });
      await rename(beside, place);
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
  }

  #place(url: string): string {
    return join(this.#folder, createHash("sha256").update(url).digest("hex").slice(0, 32));
  }
}

/** The names that a server gives its shards may be anything; ours are numbers. */
function shardName(index: number): string {
  return `shard-${index + 1}.bin`;
}
