import sharp from "sharp";
import { examineImage } from "./examine.ts";
import type { ImageFacts } from "./facts.ts";

// There is a worker for each core: each decodes one image at a time, on one thread.
sharp.concurrency(1);
sharp.cache(false);

/** Examines the images of one batch. */
export default async function examineBatch(paths: readonly string[]): Promise<ImageFacts[]> {
  return Promise.all(paths.map(examineImage));
}
