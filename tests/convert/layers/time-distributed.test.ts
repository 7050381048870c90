import { describe, expect, test } from "vitest";
import { tf } from "../../support/tensorflow.ts";
import { chain, expectSame, type Layer, operations } from "../support.ts";

/** Applies a layer to every step of a sequence. */
function distributed(layer: Layer): Layer {
  return tf.layers.timeDistributed({ layer: layer as never });
}

describe("TimeDistributed", () => {
  test("dense, on any number of steps", async () => {
    const layer = () => distributed(tf.layers.dense({ units: 4, activation: "softmax" }));
    await expectSame(chain([null, 3], layer()));
    await expectSame(chain([6, 3], layer()));
  });

  test("convolutions, flattening, batch normalization and recurrent layers", async () => {
    const convolution = distributed(
      tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
    );
    const flat = distributed(tf.layers.flatten());
    const lstm = tf.layers.lstm({ units: 3 });
    await expectSame(chain([3, 6, 5, 2], [convolution, flat, lstm]));
    await expectSame(chain([3, 5], distributed(tf.layers.batchNormalization())));
    await expectSame(chain([2, 4, 3], distributed(tf.layers.gru({ units: 3 }))));
  });

  test("a model inside", async () => {
    const inner = tf.sequential({
      layers: [
        tf.layers.dense({ units: 4, inputShape: [3], activation: "relu" }),
        tf.layers.dense({ units: 2 }),
      ],
    });
    await expectSame(chain([null, 3], distributed(inner as never)));
  });

  test("steps are merged into the batch, not looped over", () => {
    const layer = distributed(tf.layers.dense({ units: 4 }));
    expect(operations(chain([6, 3], layer))).not.toHaveProperty("Scan");
  });
});
