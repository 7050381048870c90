import type { Captioner } from "../../core/captioner.ts";
import { prepare } from "../../core/image/prepare.ts";
import type { CaptionedImage } from "../../datasets/dataset.ts";
import { startProgress } from "../../node/cli/progress.ts";

/** The caption of an image, as the words that the captioner chose. */
export interface WrittenCaption {
  readonly id: string;
  readonly words: readonly string[];
}

/** Settings of the search. */
interface SearchSettings {
  readonly beam: number;
  /** Undefined for a model without styles. */
  readonly style: string | undefined;
}

/** Captions images one after the other, prepared and searched by the code of the Worker. */
export function captionSplit(
  captioner: Captioner,
  images: readonly CaptionedImage[],
  { beam, style }: SearchSettings,
): Promise<WrittenCaption[]> {
  const options = { beamSize: beam, ...(style === undefined ? {} : { style }) };
  return overImages("captioning", images, async (image) => {
    const [best] = await captioner.caption(await preparedFor(captioner, image), options);
    return { id: image.id, words: best?.tokens ?? [] };
  });
}

/** Prepares an image as a captioner's bundle requires: `[H, W, 3]`, 0 to 255. */
export async function preparedFor(
  captioner: Captioner,
  image: CaptionedImage,
): Promise<Uint8Array> {
  const { pixels, orientation } = await image.read();
  return prepare(pixels, orientation, captioner.bundle.manifest.preparation);
}

/** Works on one image after the other, with a progress bar. */
export async function overImages<Image, Result>(
  activity: string,
  images: readonly Image[],
  work: (image: Image, index: number) => Promise<Result>,
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
