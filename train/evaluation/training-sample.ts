import { drawKey, shuffledIndices } from "../../core/random-draws.ts";

/** Training images that are captioned at the end of a run: as many as Flickr8k validates with. */
const SAMPLE_SIZE = 1000;

/**
 * Draws the training images that a run is measured on at its end, to compare with the validation
 * images. Runs with the same seed draw the same images; all of them where there are fewer.
 *
 * @param images - the number of training images.
 * @returns their rows, in ascending order.
 */
export function trainingSample(seed: number, images: number): number[] {
  const drawn = shuffledIndices(drawKey(seed, "training sample"), images).slice(0, SAMPLE_SIZE);
  return drawn.sort((left, right) => left - right);
}
