import type { Captioner } from "../../core/captioner.ts";
import { prepare } from "../../core/image/prepare.ts";
import type { CaptionedImage } from "../../datasets/dataset.ts";
import { startProgress } from "../../node/cli/progress.ts";

/** What the captioner wrote about an image, as the words it chose. */
export interface WrittenCaption {
  readonly id: string;
  readonly words: readonly string[];
}

/** Captions images one after the other, prepared and searched by the code of the Worker. */
export function captionSplit(
  captioner: Captioner,
  images: readonly CaptionedImage[],
  beamSize: number,
): Promise<WrittenCaption[]> {
  return overImages("captioning", images, async (image) => {
    const [best] = await captioner.caption(await preparedFor(captioner, image), { beamSize });
    return { id: image.id, words: best?.tokens ?? [] };
  });
}

/** An image as a captioner's bundle wants it. */
export async function preparedFor(
  captioner: Captioner,
  image: CaptionedImage,
): Promise<Uint8Array> {
  const { pixels, orientation } = await image.read();
  return prepare(pixels, orientation, captioner.bundle.manifest.preparation);
}

/** Does something with one image after the other, under a progress bar. */
export async function overImages<Result>(
  activity: string,
  images: readonly CaptionedImage[],
  work: (image: CaptionedImage, index: number) => Promise<Result>,
): Promise<Result[]> {
  const bar = startProgress(activity, images.length, "images");
  const results: Result[] = [];
  try {
    for (const [index, image] of images.entries()) {
      results.push(await work(image, index));
      bar.update(results.length);
    }
  } finally {
    bar.stop();
  }
  return results;
}
