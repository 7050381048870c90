import { availableParallelism } from "node:os";
import { Tinypool } from "tinypool";
import { examinePicture } from "./examine.ts";
import type { PictureFacts } from "./facts.ts";

export type { PictureFacts, SeenPicture } from "./facts.ts";

/** Pictures that a worker is given at once: as many as it decodes beside one another. */
const batchSize = 4;

/** Starting workers takes longer than looking at this few. */
const fewPictures = 16;

/** Each worker holds a few decoded pictures. */
const mostWorkers = 8;

/**
 * Looks at pictures, a worker thread a core.
 *
 * @param progress - hears how many are done.
 * @returns the facts in the order of the paths.
 */
export async function examinePictures(
  paths: readonly string[],
  progress: (done: number) => void = () => {},
): Promise<PictureFacts[]> {
  if (paths.length < fewPictures) return Promise.all(paths.map(examinePicture));
  const workers = Math.min(
    availableParallelism(),
    mostWorkers,
    Math.ceil(paths.length / batchSize),
  );
  const pool = new Tinypool({
    filename: new URL("worker.ts", import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
  });
  const facts = new Array<PictureFacts>(paths.length);
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < paths.length) {
      const start = next;
      next += batchSize;
      const batch: PictureFacts[] = await pool.run(paths.slice(start, next));
      for (const [offset, picture] of batch.entries()) facts[start + offset] = picture;
      done += batch.length;
      progress(done);
    }
  };
  try {
    // One batch waits for each worker, so that none of them has to.
    await Promise.all(Array.from({ length: 2 * workers }, lane));
  } finally {
    await pool.destroy();
  }
  return facts;
}
