import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { checkImage, decodeImage } from "../../../core/codecs/decode.ts";
import { prepareImage } from "../../../core/codecs/prepare-image.ts";
import type { Orientation } from "../../../core/image/orient.ts";
import { type Preparation, preparationSchema, prepare } from "../../../core/image/prepare.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { decodeWithSharp } from "../../../node/sharp.ts";
import { softImage } from "../../support/images.ts";

const decoders = loadDecoders();
const limits = { pixels: 100_000_000 };
const NETWORK = { height: 40, width: 56 };
const FITS = ["stretch", "crop", "letterbox"] as const;

const soft = softImage(1000, 700);

/** As large for the network's input as a phone's image, or larger. */
const large = { width: 2000, height: 1400, channels: 3 as const };
const enlarged = await sharp(soft.data, { raw: soft })
  .resize(large.width, large.height)
  .raw()
  .toBuffer();
const jpeg = () => sharp(enlarged, { raw: large }).jpeg({ quality: 95 });

describe("a large JPEG that is reduced while decoding gives nearly the tensor of the whole image", () => {
  test.each([false, true])(
    "with all fits and orientations, progressive: %s",
    async (progressive) => {
      for (const fit of FITS) {
        const preparation = preparationSchema.parse({ ...NETWORK, fit });
        for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] satisfies Orientation[]) {
          const file = await jpeg().withMetadata({ orientation }).jpeg({ progressive }).toBuffer();
          const { largest, mean } = await differences(file, preparation);
          expect(largest, `${fit}, ${orientation}`).toBeLessThanOrEqual(8);
          expect(mean, `${fit}, ${orientation}`).toBeLessThan(1.5);
        }
      }
    },
  );

  test("of extreme shapes", async () => {
    for (const [width, height] of [
      [40_000, 40],
      [40, 40_000],
      [8000, 200],
    ] as const) {
      const image = softImage(width, height);
      const file = await sharp(image.data, { raw: image }).jpeg({ quality: 95 }).toBuffer();
      for (const fit of FITS) {
        const preparation = preparationSchema.parse({ ...NETWORK, fit });
        const { mean } = await differences(file, preparation);
        expect(mean, `${width} x ${height}, ${fit}`).toBeLessThan(2);
      }
    }
  });
});

test.each([
  [111, 79],
  [1200, 800],
])("a JPEG of %i x %i is prepared from all of its pixels", async (width, height) => {
  const small = softImage(width, height);
  const file = await sharp(small.data, { raw: small }).jpeg().toBuffer();
  const preparation = preparationSchema.parse(NETWORK);
  const { pixels } = await decodeImage(file, decoders, limits);
  const made = await prepareImage(checkImage(file, limits), preparation, decoders);
  expect(made).toEqual(prepare(pixels, 1, preparation));
});

async function differences(file: Uint8Array, preparation: Preparation) {
  const trained = await decodeWithSharp(file);
  const whole = prepare(trained.pixels, trained.orientation, preparation);
  const made = await prepareImage(checkImage(file, limits), preparation, decoders);
  const all = Array.from(made, (sample, i) => Math.abs(sample - (whole[i] ?? 0)));
  const sum = all.reduce((total, difference) => total + difference, 0);
  return { largest: Math.max(...all), mean: sum / all.length };
}
