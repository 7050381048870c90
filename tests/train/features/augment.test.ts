import { describe, expect, test } from "vitest";
import { drawKey } from "../../../core/random-draws.ts";
import { augment, mayFlip, NO_AUGMENTATION } from "../../../train/features/augment.ts";
import { tf } from "../../support/tensorflow.ts";
import { largestDifference, noiseImages } from "../support.ts";

const count = 24;
const keys = Array.from({ length: count }, (_, index) => drawKey("augment", index));
const all = (flippable: boolean) => keys.map(() => flippable);

describe("augmentation", () => {
  test("that does nothing leaves pictures as they are", () => {
    const pictures = noiseImages(count);
    const same = augment(tf, pictures, all(true), keys, NO_AUGMENTATION);
    expect(largestDifference(same, pictures)).toBeLessThan(1e-3);
  });

  test("mirrors a picture exactly", () => {
    const pictures = noiseImages(count);
    const flipped = augment(tf, pictures, all(true), keys, { ...NO_AUGMENTATION, flip: 1 });
    expect(largestDifference(flipped, tf.reverse(pictures, 2))).toBeLessThan(1e-3);
  });

  test("mirrors no picture whose captions tell left from right", () => {
    const pictures = noiseImages(count);
    const kept = augment(tf, pictures, all(false), keys, { ...NO_AUGMENTATION, flip: 1 });
    expect(largestDifference(kept, pictures)).toBeLessThan(1e-3);
  });

  test("mirrors about as many as it is told", () => {
    const pictures = noiseImages(count);
    const mirror = tf.reverse(pictures, 2);
    let flipped = 0;
    for (let round = 0; round < 10; round++) {
      const own = keys.map((key) => drawKey(key, round));
      const seen = augment(tf, pictures, all(true), own, { ...NO_AUGMENTATION, flip: 0.3 });
      const differences = tf.sub(seen, mirror).abs().max([1, 2, 3]).dataSync();
      flipped += differences.filter((difference) => difference < 1e-3).length;
    }
    // 240 draws with probability 0.3: 72, give or take four standard deviations.
    expect(Math.abs(flipped - 72)).toBeLessThan(29);
  });

  test("depends on nothing but a picture's own key", () => {
    const pictures = noiseImages(count);
    const strong = { smallestCrop: 0.5, flip: 0.5, colour: 0.4 };
    const together = augment(tf, pictures, all(true), keys, strong);
    const alone = augment(tf, tf.slice(pictures, 5, 1), [true], keys.slice(5, 6), strong);
    expect(largestDifference(alone, tf.slice(together, 5, 1))).toBeLessThan(1e-3);
    const others = keys.map((key) => drawKey(key, "other"));
    const again = augment(tf, pictures, all(true), others, strong);
    expect(largestDifference(again, together)).toBeGreaterThan(10);
  });

  test("crops inside the picture, and keeps the colours between black and white", () => {
    const white = tf.fill([count, 8, 8, 3], 250) as ReturnType<typeof noiseImages>;
    const cropped = augment(tf, white, all(true), keys, {
      smallestCrop: 0.3,
      flip: 0.5,
      colour: 0,
    });
    // Outside of the picture there would be black.
    expect(cropped.min().dataSync()[0]).toBeCloseTo(250, 3);
    const coloured = augment(tf, white, all(true), keys, { ...NO_AUGMENTATION, colour: 0.9 });
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
