import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nativeTest, tf } from "../../support/tensorflow.ts";
import { chain, errorOf, expectSame, tolerance } from "../support.ts";

const small = fc.integer({ min: 1, max: 3 });
const padding = fc.constantFrom("same", "valid");
const dataFormat = fc.constantFrom("channelsLast", "channelsFirst");

describe("pooling gives the same numbers in ONNX:", () => {
  test.each(["maxPooling1d", "averagePooling1d"] as const)("%s", async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        small,
        small,
        padding,
        fc.boolean(),
        async (poolSize, strides, pad, open) => {
          const layer = tf.layers[kind]({ poolSize, strides, padding: pad } as never);
          expect(await errorOf(chain([open ? null : 10, 3], layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 20 },
    );
  });

  test.each(["maxPooling2d", "averagePooling2d"] as const)("%s", async (kind) => {
    const sizes = fc.tuple(small, small);
    await fc.assert(
      fc.asyncProperty(
        sizes,
        sizes,
        padding,
        dataFormat,
        async (poolSize, strides, pad, format) => {
          const layer = tf.layers[kind]({
            poolSize,
            strides,
            padding: pad,
            dataFormat: format,
          } as never);
          const shape = format === "channelsFirst" ? [3, 9, 8] : [9, 8, 3];
          expect(await errorOf(chain(shape, layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 20 },
    );
    for (const strides of [2, 3, 4, 5]) {
      const layer = tf.layers[kind]({ poolSize: 3, strides, padding: "same" });
      await expectSame(chain([null, null, 3], layer));
    }
  });

  // Both backends are wrong where a window padded with `same` is smaller than its stride (the native
  // one takes pixels from the middle of what it skips), pure JavaScript in more than that.
  for (const kind of ["maxPooling3d", "averagePooling3d"] as const) {
    nativeTest(kind, async () => {
      const sizes = fc.tuple(small, small, small);
      await fc.assert(
        fc.asyncProperty(sizes, sizes, padding, async (poolSize, steps, pad) => {
          const strides = steps.map((step, axis) => Math.min(step, poolSize[axis] ?? 1));
          const layer = tf.layers[kind]({ poolSize, strides, padding: pad } as never);
          expect(await errorOf(chain([6, 5, 7, 2], layer))).toBeLessThanOrEqual(tolerance);
        }),
        { numRuns: 12 },
      );
      const first = tf.layers[kind]({
        poolSize: 2,
        strides: 2,
        dataFormat: "channelsFirst",
      } as never);
      await expectSame(chain([2, 6, 5, 7], first));
    });
  }

  test("of padded images, with the zeros around them", async () => {
    for (const kind of ["maxPooling2d", "averagePooling2d"] as const) {
      for (const [poolSize, padding] of [
        [2, 1],
        [2, 2],
        [3, 1],
      ] as const) {
        const layers = [tf.layers.zeroPadding2d({ padding }), tf.layers[kind]({ poolSize })];
        await expectSame(chain([6, 7, 2], layers));
      }
    }
  });

  test("global pooling", async () => {
    await expectSame(chain([null, 3], tf.layers.globalAveragePooling1d()));
    await expectSame(chain([null, 3], tf.layers.globalMaxPooling1d()));
    for (const format of ["channelsLast", "channelsFirst"] as const) {
      await expectSame(chain([7, 5, 6], tf.layers.globalAveragePooling2d({ dataFormat: format })));
      await expectSame(chain([7, 5, 6], tf.layers.globalMaxPooling2d({ dataFormat: format })));
    }
  });
});
