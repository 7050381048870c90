import { availableParallelism } from "node:os";
import { Tinypool } from "tinypool";
import { examineImage } from "./examine.ts";
import type { ImageFacts } from "./facts.ts";

export type { ImageFacts, SeenImage } from "./facts.ts";

/** Number of images in a batch, which a worker decodes at the same time. */
const BATCH_SIZE = 4;

/** Number of images below which starting the workers takes longer than examining the images. */
const FEW_IMAGES = 16;

/** The most workers, to limit the memory: each holds a few decoded images. */
const MAXIMUM_WORKERS = 8;

/**
 * Examines images, in a worker thread for each core.
 *
 * @param progress - receives the number of images done.
 * @returns the facts in the order of the paths.
 */
export async function examineImages(
  paths: readonly string[],
  progress: (done: number) => void = () => {},
): Promise<ImageFacts[]> {
  if (paths.length < FEW_IMAGES) return Promise.all(paths.map(examineImage));
  const workers = Math.min(
    availableParallelism(),
    MAXIMUM_WORKERS,
    Math.ceil(paths.length / BATCH_SIZE),
  );
  const pool = new Tinypool({
    filename: new URL("worker.ts", import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
  });
  const facts = new Array<ImageFacts>(paths.length);
  let next = 0;
  let done = 0;
  const examineBatches = async () => {
    while (next < paths.length) {
      const start = next;
      next += BATCH_SIZE;
      const batch: ImageFacts[] = await pool.run(paths.slice(start, next));
      for (const [offset, image] of batch.entries()) facts[start + offset] = image;
      done += batch.length;
      progress(done);
    }
  };
  try {
    // Twice as many batches as workers are under way, so that no worker waits for its next batch.
    await Promise.all(Array.from({ length: 2 * workers }, examineBatches));
  } finally {
    await pool.destroy();
  }
  return facts;
}
