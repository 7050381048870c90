import { describe, expect, inject, test } from "vitest";
import { decodeImage } from "../../core/codecs/decode.ts";
import { prepare } from "../../core/image/prepare.ts";
import { decoders } from "../../worker/model/decoders.ts";
import { PREPARATION, type ProvidedImage } from "../support/provided-images.ts";

const limits = { pixels: 1_000_000 };
const images = inject("images");

describe("an image becomes the same tensor in training and in the Worker", () => {
  test.each(images)("$name", async (image) => {
    const { pixels, header } = await decodeImage(bytesOf(image), decoders, limits);
    const served = prepare(pixels, header.orientation, PREPARATION);
    const differences = image.tensor.map((sample, i) => Math.abs(sample - (served[i] ?? 0)));
    expect(differences.length).toBe(served.length);
    expect(Math.max(...differences)).toBeLessThanOrEqual(image.tolerance);
  });
});

describe("a damaged image is refused, and the next one is decoded", () => {
  test.each(["jpeg", "jpeg, inks", "webp", "png, greyscale", "gif", "avif, lossless"])(
    "%s",
    async (name) => {
      const good = bytesOf(images.find((image) => image.name === name));
      const before = await decodeImage(good, decoders, limits);
      let refused = 0;
      for (let at = 20; at < good.length; at += Math.ceil(good.length / 40)) {
        const bad = good.with(at, 255 - (good[at] ?? 0));
        refused += await decodeImage(bad, decoders, limits).then(
          () => 0,
          (error) => {
            expect(error).toMatchObject({ name: "UserError", code: expect.stringMatching(/_/) });
            return 1;
          },
        );
        const after = await decodeImage(good, decoders, limits);
        expect(after.pixels.data.every((sample, i) => sample === before.pixels.data[i])).toBe(true);
      }
      expect(refused).toBeGreaterThan(0);
    },
  );
});

function bytesOf(image: ProvidedImage | undefined): Uint8Array {
  return Uint8Array.from(image?.file ?? []);
}
