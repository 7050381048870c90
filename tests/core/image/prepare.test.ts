import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { Orientation } from "../../../core/image/orient.ts";
import type { Pixels } from "../../../core/image/pixels.ts";
import { preparationSchema, prepare } from "../../../core/image/prepare.ts";
import { decodeWithSharp } from "../../../node/sharp.ts";
import { noiseImage, softImage } from "../../support/images.ts";

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
const FITS = ["stretch", "crop", "letterbox"] as const;

const side = fc.integer({ min: 1, max: 50 });

describe("prepare", () => {
  test("applies EXIF 1 to 8 as sharp does, with every fit", async () => {
    for (const [width, height] of [
      [37, 22],
      [1, 9],
      [8, 1],
    ] as const) {
      const { data } = softImage(width, height);
      for (const orientation of ORIENTATIONS) {
        const file = await sharp(data, { raw: { width, height, channels: 3 } })
          .withMetadata({ orientation })
          .png()
          .toBuffer();
        const stored = await decodeWithSharp(file);
        expect(stored.orientation).toBe(orientation);
        const seen = await seenBySharp(file);
        for (const fit of FITS) {
          const preparation = preparationSchema.parse({ height: 15, width: 12, fit });
          expect(prepare(stored.pixels, orientation, preparation)).toEqual(
            prepare(seen, 1, preparation),
          );
        }
      }
    }
  });

  test("gives the same for an image that is turned before resizing", () => {
    const sizes = fc.record({ width: side, height: side });
    const turned = fc.constantFrom(...ORIENTATIONS);
    fc.assert(
      fc.property(sizes, sizes, turned, fc.constantFrom(...FITS), (from, to, orientation, fit) => {
        const image = noiseImage(from.width, from.height);
        const preparation = preparationSchema.parse({ ...to, fit });
        expect(prepare(image, orientation, preparation)).toEqual(
          prepare(turn(image, orientation), 1, preparation),
        );
      }),
    );
  });

  test("flattens transparency over white, as sharp does", async () => {
    const image = noiseImage(30, 20, 4);
    const flat = await sharp(image.data, { raw: image })
      .flatten({ background: "white" })
      .raw()
      .toBuffer();
    const preparation = preparationSchema.parse({ height: 20, width: 30 });
    const ours = prepare(image, 1, preparation);
    for (const [i, sample] of ours.entries()) {
      expect(Math.abs(sample - (flat[i] ?? 0))).toBeLessThanOrEqual(1);
    }
  });

  test("rounds every sample at every alpha to the nearest", () => {
    const all = Array.from({ length: 256 * 256 }, (_, i) => [i % 256, i >> 8] as const);
    const data = Uint8Array.from(all.flatMap(([sample, alpha]) => [sample, sample, sample, alpha]));
    const preparation = preparationSchema.parse({ height: 256, width: 256 });
    const ours = prepare({ width: 256, height: 256, channels: 4, data }, 1, preparation);
    const exact = all.map(([sample, alpha]) => (sample * alpha + 255 * (255 - alpha)) / 255);
    expect([...ours]).toEqual(exact.flatMap((value) => Array(3).fill(Math.round(value))));
  });

  test("ignores the colour of fully transparent pixels", () => {
    const data = new Uint8Array(4 * 4 * 4).map((_, i) => (i % 4 === 3 ? 0 : i));
    const preparation = preparationSchema.parse({ height: 2, width: 3 });
    const ours = prepare({ width: 4, height: 4, channels: 4, data }, 1, preparation);
    expect(ours).toEqual(new Uint8Array(2 * 3 * 3).fill(255));
  });

  test("treats opaque RGBA as RGB", () => {
    const rgb = noiseImage(23, 31);
    const data = new Uint8Array(23 * 31 * 4).fill(255);
    for (let i = 0; i < 23 * 31; i++) {
      data.set(rgb.data.subarray(3 * i, 3 * i + 3), 4 * i);
    }
    const preparation = preparationSchema.parse({ height: 8, width: 8 });
    expect(prepare({ width: 23, height: 31, channels: 4, data }, 6, preparation)).toEqual(
      prepare(rgb, 6, preparation),
    );
  });

  test("crop keeps the middle of an image and its shape", () => {
    const wide = stripes([10, 20, 20, 30], 2);
    const preparation = preparationSchema.parse({ height: 2, width: 2, fit: "crop" });
    expect(prepare(wide, 1, preparation)).toEqual(new Uint8Array(2 * 2 * 3).fill(20));
  });

  test("letterbox keeps the whole image and adds the background beside it", () => {
    const tall = { width: 1, height: 3, channels: 3 as const, data: new Uint8Array(9).fill(9) };
    const preparation = preparationSchema.parse({
      height: 3,
      width: 3,
      fit: "letterbox",
      background: 200,
    });
    const row = [200, 200, 200, 9, 9, 9, 200, 200, 200];
    expect([...prepare(tall, 1, preparation)]).toEqual([...row, ...row, ...row]);
  });

  test("prepares one pixel, and images of one row or column", () => {
    const preparation = preparationSchema.parse({ height: 5, width: 7 });
    for (const [width, height] of [
      [1, 1],
      [1, 3000],
      [3000, 1],
    ] as const) {
      const grey = new Uint8Array(width * height * 3).fill(77);
      const ours = prepare({ width, height, channels: 3, data: grey }, 8, preparation);
      expect(ours).toEqual(new Uint8Array(5 * 7 * 3).fill(77));
    }
  });
});

describe("preparationSchema", () => {
  test("stretches with a triangle filter by default", () => {
    expect(preparationSchema.parse({ height: 224, width: 224 })).toEqual({
      height: 224,
      width: 224,
      fit: "stretch",
      background: 128,
      filter: "triangle",
    });
  });

  test.each([{ height: 0 }, { fit: "zoom" }, { filter: "lanczos" }, { mean: [0, 0, 0] }])(
    "refuses %o",
    (wrong) => {
      expect(preparationSchema.safeParse({ height: 8, width: 8, ...wrong }).success).toBe(false);
    },
  );
});

async function seenBySharp(file: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
}

/** The meaning of EXIF's orientations: where the first row and the first column are displayed. */
function turn({ width, height, data }: Pixels, orientation: Orientation): Pixels {
  const at = (x: number, y: number) => data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3);
  const [right, bottom] = [width - 1, height - 1];
  const source: Record<Orientation, (x: number, y: number) => Uint8Array | Uint8ClampedArray> = {
    1: (x, y) => at(x, y),
    2: (x, y) => at(right - x, y),
    3: (x, y) => at(right - x, bottom - y),
    4: (x, y) => at(x, bottom - y),
    5: (x, y) => at(y, x),
    6: (x, y) => at(y, bottom - x),
    7: (x, y) => at(right - y, bottom - x),
    8: (x, y) => at(right - y, x),
  };
  const size = orientation < 5 ? { width, height } : { width: height, height: width };
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      turned.set(source[orientation](x, y), (y * size.width + x) * 3);
    }
  }
  return { ...size, channels: 3, data: turned };
}

/** Columns of grey, one for each level. */
function stripes(levels: readonly number[], height: number): Pixels {
  const row = levels.flatMap((level) => [level, level, level]);
  const data = Uint8Array.from({ length: row.length * height }, (_, i) => row[i % row.length] ?? 0);
  return { width: levels.length, height, channels: 3, data };
}
