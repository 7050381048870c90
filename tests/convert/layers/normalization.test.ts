import { describe, expect, test } from "vitest";
import { tf } from "../../support/tensorflow.ts";
import { chain, expectSame, operations } from "../support.ts";

describe("normalization", () => {
  test("BatchNormalization along any axis, with and without scale and offset", async () => {
    for (const scale of [true, false]) {
      for (const center of [true, false]) {
        const epsilon = 0.01;
        await expectSame(chain([5], tf.layers.batchNormalization({ scale, center, epsilon })));
        await expectSame(chain([4, 5, 3], tf.layers.batchNormalization({ scale, center })));
        await expectSame(
          chain([4, 5, 3], tf.layers.batchNormalization({ scale, center, axis: 1 })),
        );
        await expectSame(
          chain([4, 5, 3], tf.layers.batchNormalization({ scale, center, axis: 2 })),
        );
      }
    }
  });

  test("LayerNormalization along one axis or several, in any order", async () => {
    for (const axis of [-1, 1, [1, 2], [2, 3], [1, 3]]) {
      const layer = () => tf.layers.layerNormalization({ axis });
      await expectSame(chain([4, 5, 3], layer()));
    }
    await expectSame(chain([4, 5], tf.layers.layerNormalization({ scale: false, center: false })));
  });

  test("LayerNormalization of the last axis needs no transpose", () => {
    expect(operations(chain([4, 5], tf.layers.layerNormalization({})))).toEqual({
      LayerNormalization: 1,
    });
  });
});
