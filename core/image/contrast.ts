import { UserError } from "../errors.ts";
import { place } from "./fit.ts";
import type { Size } from "./pixels.ts";
import type { Preparation } from "./prepare.ts";

/**
 * The highest contrast of an image that shows nothing, in grey levels: one colour, with the noise
 * of a lossy format or of a covered lens.
 */
export const BLANK_CONTRAST = 4;

/**
 * Measures how far apart the darkest and the brightest sample of an image are, as the network sees
 * it. The grey beside a letterboxed image does not count.
 *
 * @param input - the network's input, `[height, width, 3]` of the preparation, 0 to 255
 * @param size - the size of the image before it was prepared, turned as it is seen
 * @returns the largest difference in any of the three channels, 0 to 255; at most
 *   {@link BLANK_CONTRAST} for a blank image
 */
export function measureContrast(input: Uint8Array, size: Size, preparation: Preparation): number {
  const { left, top, width, height } = place(size, preparation, preparation.fit).place;
  const lowest = [255, 255, 255];
  const highest = [0, 0, 0];
  for (let y = top; y < top + height; y++) {
    const start = 3 * (y * preparation.width + left);
    for (let i = 0; i < 3 * width; i++) {
      const sample = input[start + i] ?? 0;
      lowest[i % 3] = Math.min(lowest[i % 3] ?? 255, sample);
      highest[i % 3] = Math.max(highest[i % 3] ?? 0, sample);
    }
  }
  return Math.max(...highest.map((sample, channel) => sample - (lowest[channel] ?? 0)));
}

/**
 * Refuses an image that shows nothing: the model would invent a caption for it.
 *
 * @param input - the network's input, `[height, width, 3]` of the preparation, 0 to 255
 * @param size - the size of the image before it was prepared, turned as it is seen
 * @throws {UserError} `blank_image`
 */
export function refuseBlank(input: Uint8Array, size: Size, preparation: Preparation): void {
  const contrast = measureContrast(input, size, preparation);
  if (contrast > BLANK_CONTRAST) return;
  throw new UserError(
    "blank_image",
    `Nothing can be seen in the image: its samples differ by ${contrast} of 255 levels, and ${BLANK_CONTRAST + 1} is the least for a caption.`,
  );
}
