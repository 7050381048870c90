import { describe, expect, test } from "vitest";
import { drawKey } from "../../../core/random-draws.ts";
import {
  augment,
  type ImageDraw,
  mayFlip,
  NO_AUGMENTATION,
} from "../../../train/features/augment.ts";
import { tf } from "../../support/tensorflow.ts";
import { largestDifference, noiseImages } from "../support.ts";

const count = 24;
const keys = Array.from({ length: count }, (_, index) => drawKey("augment", index));
const draws = drawsOf(keys);

/** Draws of images that may all be mirrored, or none. */
function drawsOf(own: typeof keys, flippable = true): ImageDraw[] {
  return own.map((key) => ({ key, flippable }));
}

describe("augmentation", () => {
  test("without changes leaves images unchanged", () => {
    const images = noiseImages(count);
    const same = augment(tf, images, draws, NO_AUGMENTATION);
    expect(largestDifference(same, images)).toBeLessThan(1e-3);
  });

  test("mirrors an image exactly", () => {
    const images = noiseImages(count);
    const flipped = augment(tf, images, draws, { ...NO_AUGMENTATION, flip: 1 });
    expect(largestDifference(flipped, tf.reverse(images, 2))).toBeLessThan(1e-3);
  });

  test("mirrors no image whose captions mention left or right", () => {
    const images = noiseImages(count);
    const kept = augment(tf, images, drawsOf(keys, false), { ...NO_AUGMENTATION, flip: 1 });
    expect(largestDifference(kept, images)).toBeLessThan(1e-3);
  });

  test("mirrors about the share of images that it should", () => {
    const images = noiseImages(count);
    const mirror = tf.reverse(images, 2);
    let flipped = 0;
    for (let round = 0; round < 10; round++) {
      const own = keys.map((key) => drawKey(key, round));
      const seen = augment(tf, images, drawsOf(own), { ...NO_AUGMENTATION, flip: 0.3 });
      const differences = tf.sub(seen, mirror).abs().max([1, 2, 3]).dataSync();
      flipped += differences.filter((difference) => difference < 1e-3).length;
    }
    // 240 draws with probability 0.3: 72, give or take four standard deviations.
    expect(Math.abs(flipped - 72)).toBeLessThan(29);
  });

  test("depends only on an image's own key", () => {
    const images = noiseImages(count);
    const strong = { smallestCrop: 0.5, flip: 0.5, colour: 0.4 };
    const together = augment(tf, images, draws, strong);
    const alone = augment(tf, tf.slice(images, 5, 1), draws.slice(5, 6), strong);
    expect(largestDifference(alone, tf.slice(together, 5, 1))).toBeLessThan(1e-3);
    const others = keys.map((key) => drawKey(key, "other"));
    const again = augment(tf, images, drawsOf(others), strong);
    expect(largestDifference(again, together)).toBeGreaterThan(10);
  });

  test("crops inside the image, and keeps colours between black and white", () => {
    const white = tf.fill([count, 8, 8, 3], 250) as ReturnType<typeof noiseImages>;
    const cropped = augment(tf, white, draws, {
      smallestCrop: 0.3,
      flip: 0.5,
      colour: 0,
    });
    // Pixels outside of the image would be black.
    expect(cropped.min().dataSync()[0]).toBeCloseTo(250, 3);
    const coloured = augment(tf, white, draws, { ...NO_AUGMENTATION, colour: 0.9 });
    expect(coloured.max().dataSync()[0]).toBeLessThanOrEqual(255);
    expect(coloured.min().dataSync()[0]).toBeGreaterThanOrEqual(0);
  });
});

describe("captions", () => {
  test.each([
    [["a dog on the left of a tree"], false],
    [["a dog runs", "the rightmost of two dogs"], false],
    [["a dog holds up its right-hand paw"], false],
    [["a dog leaves the water"], true],
    [["brightly lit water"], true],
    [[], true],
  ])("%j allow a mirror image: %s", (captions, allowed) => {
    expect(mayFlip(captions.map((caption) => caption.split(" ")))).toBe(allowed);
  });
});
