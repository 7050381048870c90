import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Preparation, prepare } from "../../core/image/prepare.ts";
import type { CaptionedImage } from "../../datasets/dataset.ts";
import { RowFile, writeRows } from "./row-file.ts";

/** The images of a split as the network's input. */
export interface PreparedImages {
  /** `[H, W, 3]` bytes of each image. */
  readonly file: RowFile;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** Differs for every other list of images and every other preparation. */
  readonly key: string;
}

/** Receives how many items of a long task are done. */
export type Progress = (done: number, total: number) => void;

/** Number of images that are read at the same time. */
const BATCH_SIZE = 16;

/**
 * Prepares images for the network, once: the result is cached.
 *
 * The file is named by a hash of the images and the preparation, so that no other file is ever found
 * in its place.
 *
 * @param cache - the folder of everything that training caches.
 */
export async function prepareImages(
  images: readonly CaptionedImage[],
  preparation: Preparation,
  cache: string,
  progress: Progress,
): Promise<PreparedImages> {
  const { height, width } = preparation;
  const key = await keyOf(images, preparation);
  const path = join(cache, `images-${key}.u8`);
  const rowBytes = height * width * 3;
  const open = () => RowFile.openIfComplete(path, images.length, rowBytes);
  if (!open()) await writeRows(path, preparedBatches(images, preparation, progress));
  const file = open();
  if (!file) throw new Error(`${path} does not have the size that was written`);
  return { file, height, width, key };
}

async function* preparedBatches(
  images: readonly CaptionedImage[],
  preparation: Preparation,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < images.length; start += BATCH_SIZE) {
    const batch = images.slice(start, start + BATCH_SIZE);
    const prepared = await Promise.all(
      batch.map(async (image) => {
        const { pixels, orientation } = await image.read();
        return prepare(pixels, orientation, preparation);
      }),
    );
    yield Buffer.concat(prepared);
    progress(start + batch.length, images.length);
  }
}

async function keyOf(images: readonly CaptionedImage[], preparation: Preparation): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(preparation));
  for (let start = 0; start < images.length; start += BATCH_SIZE) {
    const batch = images.slice(start, start + BATCH_SIZE);
    const prints = await Promise.all(batch.map((image) => image.fingerprint()));
    for (const [index, image] of batch.entries())
      hash.update(`${image.id}\u0000${prints[index]}\u0000`);
  }
  return hash.digest("hex").slice(0, 32);
}
