import type { Captioner } from "../../core/captioner.ts";
import { prepare } from "../../core/image/prepare.ts";
import { startProgress } from "../../node/progress.ts";
import type { CaptionedImage } from "../../train/data/dataset.ts";

/** What the captioner wrote about an image, as the words it chose. */
export interface WrittenCaption {
  readonly id: string;
  readonly words: readonly string[];
}

/** Captions images one after the other, prepared and searched by the code of the Worker. */
export async function captionSplit(
  captioner: Captioner,
  images: readonly CaptionedImage[],
  beamSize: number,
): Promise<WrittenCaption[]> {
  const bar = startProgress("captioning", images.length, "images");
  const written: WrittenCaption[] = [];
  try {
    for (const image of images) {
      const { pixels, orientation } = await image.read();
      const input = prepare(pixels, orientation, captioner.bundle.manifest.preparation);
      const [best] = await captioner.caption(input, { beamSize });
      written.push({ id: image.id, words: best?.tokens ?? [] });
      bar.update(written.length);
    }
  } finally {
    bar.stop();
  }
  return written;
}
