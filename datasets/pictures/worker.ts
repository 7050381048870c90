import sharp from "sharp";
import { examinePicture } from "./examine.ts";
import type { PictureFacts } from "./facts.ts";

// The workers are as many as the cores: within one, a picture at a time on one thread.
sharp.concurrency(1);
sharp.cache(false);

export default async function examineBatch(paths: readonly string[]): Promise<PictureFacts[]> {
  return Promise.all(paths.map(examinePicture));
}
