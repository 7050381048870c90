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
  const lines = { from: 3 * (top * preparation.width + left), stride: 3 * preparation.width };
  const ranges = [0, 1, 2].map((channel) =>
    rangeOf(input, { ...lines, from: lines.from + channel }, width, height),
  );
  return Math.max(...ranges);
}

/** Returns the difference of the largest and the smallest of one channel. */
function rangeOf(
  input: Uint8Array,
  { from, stride }: { readonly from: number; readonly stride: number },
  width: number,
  height: number,
): number {
  let [lowest, highest] = [255, 0];
  for (let y = 0; y < height; y++) {
    const start = from + y * stride;
    for (let at = start; at < start + 3 * width; at += 3) {
      const sample = input[at] ?? 0;
      if (sample < lowest) lowest = sample;
      if (sample > highest) highest = sample;
    }
  }
  return highest - lowest;
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
