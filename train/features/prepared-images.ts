import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Preparation, prepare } from "../../core/image/prepare.ts";
import type { CaptionedImage } from "../../datasets/dataset.ts";
import { RowFile, writeRows } from "./row-file.ts";

/** The pictures of a split as the network's input, `[H, W, 3]` bytes a row. */
export interface PreparedImages {
  readonly file: RowFile;
  readonly height: number;
  readonly width: number;
  /** Changes when any picture, their order or the preparation changes. */
  readonly key: string;
}

/** Hears how far a long piece of work is. */
export type Progress = (done: number, total: number) => void;

const imagesAtOnce = 16;

/**
 * Prepares pictures once and keeps them on disk.
 *
 * The name of the file is a hash of all that its content follows from, so that a cache made for
 * other pictures or another preparation is never found.
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
  if (!file) throw new Error(`${path} is not as long as it was written`);
  return { file, height, width, key };
}

async function* preparedBatches(
  images: readonly CaptionedImage[],
  preparation: Preparation,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < images.length; start += imagesAtOnce) {
    const batch = images.slice(start, start + imagesAtOnce);
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
  for (let start = 0; start < images.length; start += imagesAtOnce) {
    const batch = images.slice(start, start + imagesAtOnce);
    const prints = await Promise.all(batch.map((image) => image.fingerprint()));
    for (const [index, image] of batch.entries())
      hash.update(`${image.id}\u0000${prints[index]}\u0000`);
  }
  return hash.digest("hex").slice(0, 32);
}
