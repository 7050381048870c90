import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { decodeImage } from "../../../core/codecs/decode.ts";
import { IMAGE_ERRORS } from "../../../core/codecs/errors.ts";
import { UserError } from "../../../core/errors.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { noisePicture, softPicture } from "../../support/pictures.ts";

const RUNS_A_FILE = 500;
const limits = { pixels: 100_000 };
const decoders = loadDecoders();

const soft = softPicture(48, 36);
const clear = noisePicture(24, 20, 4);
const FILES = {
  "baseline jpeg": sharp(soft.data, { raw: soft }).jpeg(),
  "progressive jpeg": sharp(soft.data, { raw: soft })
    .withMetadata({ orientation: 6 })
    .jpeg({ progressive: true }),
  png: sharp(soft.data, { raw: soft }).withMetadata({ orientation: 3 }).png(),
  "palette png": sharp(soft.data, { raw: soft }).png({ palette: true, progressive: true }),
  "lossy webp": sharp(clear.data, { raw: clear }).withMetadata({ orientation: 5 }).webp(),
  "lossless webp": sharp(clear.data, { raw: clear }).webp({ lossless: true }),
};

/** One way to damage a file: most of them leave it looking like one. */
type Damage = (file: Uint8Array) => Uint8Array;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const damage = fc.oneof(
  fc.tuple(place, fc.nat({ max: 255 })).map(
    ([at, byte]): Damage =>
      (file) =>
        file.with(Math.floor(at * file.length), byte),
  ),
  fc.tuple(place, fc.nat({ max: 7 })).map(
    ([at, bit]): Damage =>
      (file) => {
        const index = Math.floor(at * file.length);
        return file.with(index, (file[index] ?? 0) ^ (1 << bit));
      },
  ),
  // Headers are short, and what they say matters most.
  fc.tuple(fc.nat({ max: 63 }), fc.nat({ max: 255 })).map(
    ([at, byte]): Damage =>
      (file) =>
        file.with(at % file.length, byte),
  ),
  place.map(
    (at): Damage =>
      (file) =>
        file.subarray(0, 1 + Math.floor(at * (file.length - 1))),
  ),
  fc.tuple(place, fc.nat({ max: 40 })).map(
    ([at, length]): Damage =>
      (file) => {
        const start = Math.floor(at * file.length);
        return Buffer.concat([
          file.subarray(0, start),
          file.subarray(start + length),
          Buffer.of(0),
        ]);
      },
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
    ([at, more]): Damage =>
      (file) => {
        const start = Math.floor(at * file.length);
        return Buffer.concat([file.subarray(0, start), more, file.subarray(start)]);
      },
  ),
);

let files: Record<string, Uint8Array>;
beforeAll(async () => {
  const made = Object.entries(FILES).map(
    async ([name, picture]) => [name, new Uint8Array(await picture.toBuffer())] as const,
  );
  files = Object.fromEntries(await Promise.all(made));
});

test.each(Object.keys(FILES))(
  "a damaged %s is a picture or a UserError, and the next picture is right",
  async (name) => {
    const file = files[name] ?? new Uint8Array(0);
    const whole = await decodeImage(file, decoders, limits);
    const damages = fc.array(damage, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damages, async (damages) => {
        await expectPictureOrRefusal(damages.reduce((bytes, hurt) => hurt(bytes), file));
        expect((await decodeImage(file, decoders, limits)).pixels.data).toEqual(whole.pixels.data);
      }),
      { numRuns: RUNS_A_FILE },
    );
  },
);

test("any bytes at all are a picture or a UserError", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000, size: "max" }), expectPictureOrRefusal),
  );
});

async function expectPictureOrRefusal(bytes: Uint8Array): Promise<void> {
  try {
    const { pixels, header } = await decodeImage(bytes, decoders, limits);
    expect([pixels.width, pixels.height]).toEqual([header.width, header.height]);
    expect(pixels.data.length).toBe(header.width * header.height * pixels.channels);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    expect(Object.keys(IMAGE_ERRORS)).toContain(error.code);
  }
}
