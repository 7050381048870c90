import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tf } from "../../support/tensorflow.ts";
import { chain, errorOf, expectSame, operations, tolerance } from "../support.ts";

const margin = fc.integer({ min: 0, max: 2 });
const margins = fc.tuple(fc.tuple(margin, margin), fc.tuple(margin, margin));
const dataFormat = fc.constantFrom("channelsLast" as const, "channelsFirst" as const);

describe("spatial layers give the same numbers in ONNX:", () => {
  test("ZeroPadding2D and Cropping2D", async () => {
    await fc.assert(
      fc.asyncProperty(margins, dataFormat, fc.boolean(), async (sizes, format, open) => {
        const sides = open ? [null, null] : [7, 6];
        const shape = format === "channelsFirst" ? [3, ...sides] : [...sides, 3];
        const padding = tf.layers.zeroPadding2d({ padding: sizes, dataFormat: format });
        const cropping = tf.layers.cropping2D({ cropping: sizes, dataFormat: format });
        expect(await errorOf(chain(shape, padding))).toBeLessThanOrEqual(tolerance);
        if (!open) expect(await errorOf(chain(shape, cropping))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 15 },
    );
  });

  test("UpSampling2D, nearest and bilinear", async () => {
    const factor = fc.integer({ min: 1, max: 4 });
    const interpolation = fc.constantFrom("nearest" as const, "bilinear" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(factor, factor),
        interpolation,
        dataFormat,
        async (size, kind, format) => {
          const layer = tf.layers.upSampling2d({ size, interpolation: kind, dataFormat: format });
          expect(await errorOf(chain([5, 4, 6], layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 20 },
    );
    await expectSame(chain([null, null, 2], tf.layers.upSampling2d({ size: [2, 3] })));
  });
});

describe("preprocessing", () => {
  test("Resizing, with corners aligned and not", async () => {
    const side = fc.integer({ min: 2, max: 9 });
    const interpolation = fc.constantFrom("nearest" as const, "bilinear" as const);
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        interpolation,
        fc.boolean(),
        async (height, width, kind, crop) => {
          const layer = tf.layers.resizing({
            height,
            width,
            interpolation: kind,
            cropToAspectRatio: crop,
          } as never);
          expect(await errorOf(chain([6, 5, 3], layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("CenterCrop takes the centre, and enlarges smaller images", async () => {
    const side = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(side, side, async (height, width) => {
        const layer = tf.layers.centerCrop({ height, width });
        expect(await errorOf(chain([9, 8, 3], layer))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 30 },
    );
  });

  test("CenterCrop on images of any size is refused", () => {
    const layer = tf.layers.centerCrop({ height: 3, width: 3, name: "crop" });
    expect(() => operations(chain([null, null, 3], layer))).toThrow(/"crop" \(CenterCrop\): input/);
  });

  test("CategoryEncoding", async () => {
    for (const outputMode of ["multiHot", "count"]) {
      const layer = tf.layers.categoryEncoding({ numTokens: 6, outputMode } as never);
      await expectSame(chain([4], layer, "int32"));
    }
    const oneHot = tf.layers.categoryEncoding({ numTokens: 6, outputMode: "oneHot" } as never);
    await expectSame(chain([1], oneHot, "int32"));
  });

  test("RandomWidth is refused: tfjs draws a width at every run", () => {
    const layer = tf.layers.randomWidth({ factor: 0.2, name: "random" });
    expect(() => operations(chain([6, 5, 3], layer))).toThrow(/"random" \(RandomWidth\)/);
  });
});
