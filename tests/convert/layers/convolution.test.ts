import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nativeTest, tf } from "../../support/tensorflow.ts";
import { chain, errorOf, expectSame, tolerance } from "../support.ts";

const small = fc.integer({ min: 1, max: 3 });
const common = {
  padding: fc.constantFrom("same", "valid"),
  useBias: fc.boolean(),
  activation: fc.constantFrom("linear", "relu", "relu6", "softmax", "elu"),
};
const dataFormat = fc.constantFrom("channelsLast", "channelsFirst");

/** TensorFlow refuses strides together with dilation. */
function strideOrDilation<T>(sizes: fc.Arbitrary<T>) {
  return fc.oneof(fc.record({ strides: sizes }), fc.record({ dilationRate: sizes }));
}

/** An image with odd sides that every window above fits into. */
function image(format: string, sides: (number | null)[], channels = 3): (number | null)[] {
  return format === "channelsFirst" ? [channels, ...sides] : [...sides, channels];
}

describe("convolutions give the same numbers in ONNX:", () => {
  test("Conv1D", async () => {
    const sizes = strideOrDilation(small);
    await fc.assert(
      fc.asyncProperty(
        fc.record(common),
        small,
        sizes,
        fc.boolean(),
        dataFormat,
        async (config, kernelSize, window, open, format) => {
          const layer = tf.layers.conv1d({
            ...config,
            ...window,
            kernelSize,
            filters: 4,
            dataFormat: format,
          } as never);
          const shape = image(format, [open ? null : 11]);
          expect(await errorOf(chain(shape, layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("Conv2D", async () => {
    const sizes = strideOrDilation(fc.tuple(small, small));
    await fc.assert(
      fc.asyncProperty(
        fc.record(common),
        fc.tuple(small, small),
        sizes,
        dataFormat,
        async (config, kernelSize, window, format) => {
          const layer = tf.layers.conv2d({
            ...config,
            ...window,
            kernelSize,
            filters: 4,
            dataFormat: format,
          } as never);
          expect(await errorOf(chain(image(format, [9, 8]), layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("Conv2D on images of any size, and with strides that skip pixels", async () => {
    for (const strides of [1, 2, 3, 4, 5]) {
      const layer = tf.layers.conv2d({ filters: 2, kernelSize: 3, strides, padding: "same" });
      await expectSame(chain([null, null, 3], layer));
    }
  });

  test("Conv3D", async () => {
    const sizes = fc.record({ strides: fc.tuple(small, small, small) });
    await fc.assert(
      fc.asyncProperty(
        fc.record(common),
        fc.tuple(small, small, small),
        sizes,
        async (config, kernelSize, window) => {
          const layer = tf.layers.conv3d({ ...config, ...window, kernelSize, filters: 2 } as never);
          expect(await errorOf(chain([6, 5, 7, 2], layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 15 },
    );
  });

  test("Conv3D with channels first", async () => {
    for (const padding of ["same", "valid"] as const) {
      const config = { filters: 2, kernelSize: 3, strides: 2, padding } as const;
      const layer = tf.layers.conv3d({ ...config, dataFormat: "channelsFirst", useBias: false });
      await expectSame(chain([2, 6, 5, 7], layer));
    }
  });

  test("DepthwiseConv2D", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(common),
        small,
        small,
        small,
        dataFormat,
        async (config, kernelSize, strides, depthMultiplier, format) => {
          const layer = tf.layers.depthwiseConv2d({
            ...config,
            kernelSize,
            strides,
            depthMultiplier,
            dataFormat: format,
          } as never);
          expect(await errorOf(chain(image(format, [9, 8]), layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("SeparableConv2D", async () => {
    const sizes = strideOrDilation(small);
    await fc.assert(
      fc.asyncProperty(
        fc.record(common),
        small,
        sizes,
        small,
        async (config, kernelSize, window, depthMultiplier) => {
          const layer = tf.layers.separableConv2d({
            ...config,
            ...window,
            kernelSize,
            depthMultiplier,
            filters: 4,
          } as never);
          expect(await errorOf(chain([9, 8, 3], layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("SeparableConv2D with the channels first, where tfjs adds the bias along the rows", async () => {
    for (const activation of ["relu", "softmax"] as const) {
      const window = { filters: 4, kernelSize: 3, activation } as const;
      const layer = tf.layers.separableConv2d({ ...window, dataFormat: "channelsFirst" });
      await expectSame(chain([3, 9, 8], layer));
    }
  });
});

describe("transposed convolutions give the same numbers in ONNX:", () => {
  test("Conv2DTranspose", async () => {
    const sizes = fc.tuple(small, small);
    await fc.assert(
      fc.asyncProperty(
        fc.record(common),
        sizes,
        sizes,
        dataFormat,
        fc.boolean(),
        async (config, kernelSize, strides, format, open) => {
          const layer = tf.layers.conv2dTranspose({
            ...config,
            kernelSize,
            strides,
            filters: 4,
            dataFormat: format,
          } as never);
          const sides = open ? [null, null] : [5, 4];
          expect(await errorOf(chain(image(format, sides), layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 30 },
    );
  });

  nativeTest("Conv3DTranspose", async () => {
    const sizes = fc.tuple(small, small, small);
    await fc.assert(
      fc.asyncProperty(fc.record(common), sizes, sizes, async (config, kernelSize, strides) => {
        const layer = tf.layers.conv3dTranspose({
          ...config,
          kernelSize,
          strides,
          filters: 2,
        } as never);
        expect(await errorOf(chain([3, 4, 5, 2], layer))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 15 },
    );
  });
});
