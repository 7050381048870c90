import { describe, expect, test } from "vitest";
import { BLANK_CONTRAST, measureContrast } from "../../../core/image/contrast.ts";
import { FITS } from "../../../core/image/fit.ts";
import type { Orientation } from "../../../core/image/orient.ts";
import type { Pixels, Size } from "../../../core/image/pixels.ts";
import { preparationSchema, prepare } from "../../../core/image/prepare.ts";

const WIDE = { width: 90, height: 30 };
const TALL = { width: 30, height: 90 };

describe.each(FITS)("the contrast of an image that is fitted by %s", (fit) => {
  test("is 0 for one colour, of any shape and orientation", () => {
    for (const [size, orientation] of [
      [WIDE, 1],
      [TALL, 1],
      [{ width: 1, height: 1 }, 1],
    ] as const) {
      expect(
        contrast(
          image(size, () => [200, 30, 90]),
          orientation,
        ),
      ).toBe(0);
    }
    const stored = image(WIDE, () => [250, 250, 250]);
    expect(contrast(stored, 6, TALL)).toBe(0);
  });

  test("is within the limit of blank images for faint noise", () => {
    const noisy = image(WIDE, (x, y) => [100 + ((x + y) % 4), 100 + (x % 3), 100 + (y % 4)]);
    expect(contrast(noisy, 1)).toBeLessThanOrEqual(BLANK_CONTRAST);
  });

  test("is the largest difference in one channel", () => {
    const halves = image(WIDE, (x) => [x < 45 ? 60 : 70, 90, x < 45 ? 10 : 110]);
    expect(contrast(halves, 1)).toBe(100);
  });

  test("is beyond the limit for a mark on white paper", () => {
    const mark = image(WIDE, (x, y) => (x > 40 && x < 50 && y > 10 && y < 20 ? [0, 0, 0] : PAPER));
    expect(contrast(mark, 1)).toBeGreaterThan(BLANK_CONTRAST);
  });

  function contrast(pixels: Pixels, orientation: Orientation, seen: Size = pixels): number {
    const preparation = preparationSchema.parse({ height: 16, width: 24, fit, background: 0 });
    return measureContrast(prepare(pixels, orientation, preparation), seen, preparation);
  }
});

const PAPER = [255, 255, 255];

function image({ width, height }: Size, colour: (x: number, y: number) => number[]): Pixels {
  const places = Array.from({ length: width * height }, (_, i) => i);
  const data = Uint8Array.from(places.flatMap((i) => colour(i % width, Math.floor(i / width))));
  return { width, height, channels: 3, data };
}
