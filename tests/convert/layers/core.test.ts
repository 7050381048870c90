import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tf } from "../../support/tensorflow.ts";
import { chain, errorOf, expectSame, operations, tolerance } from "../support.ts";

describe("core layers give the same numbers in ONNX:", () => {
  test("Dense on vectors, sequences and images", async () => {
    const shapes = fc.constantFrom<(number | null)[]>([5], [4, 5], [null, 5], [2, 3, 5]);
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.boolean(),
        fc.constantFrom("relu", "softmax", "tanh", "linear"),
        async (shape, useBias, activation) => {
          const layer = tf.layers.dense({ units: 6, useBias, activation: activation as never });
          expect(await errorOf(chain(shape, layer))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("Embedding of indices of either type, one or several at a time", async () => {
    const embedding = () => tf.layers.embedding({ inputDim: 11, outputDim: 4 });
    await expectSame(chain([null], embedding(), "int32"));
    await expectSame(chain([7], embedding(), "float32"));
    await expectSame(chain([3, 2], embedding(), "int32"));
  });

  test("Flatten in either data format", async () => {
    await expectSame(chain([4, 3], tf.layers.flatten()));
    await expectSame(chain([4, 3, 2], tf.layers.flatten({ dataFormat: "channelsFirst" })));
  });

  test("Reshape with known and unknown sizes", async () => {
    await expectSame(chain([4, 6], tf.layers.reshape({ targetShape: [3, 8] })));
    await expectSame(chain([4, 6], tf.layers.reshape({ targetShape: [2, -1, 3] })));
    await expectSame(chain([null, 6], tf.layers.reshape({ targetShape: [-1, 2, 3] })));
  });

  test("Permute and RepeatVector", async () => {
    await expectSame(chain([4, 3, 2], tf.layers.permute({ dims: [3, 1, 2] })));
    await expectSame(chain([5], tf.layers.repeatVector({ n: 3 })));
  });

  test("Rescaling of numbers of either type", async () => {
    await expectSame(chain([4, 3], tf.layers.rescaling({ scale: 1 / 127.5, offset: -1 })));
    await expectSame(chain([4, 3], tf.layers.rescaling({ scale: 2 }), "int32"));
  });

  test("layers without effect in inference, without any operation", () => {
    const layers = [
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.gaussianNoise({ stddev: 0.1 }),
      tf.layers.gaussianDropout({ rate: 0.3 }),
      tf.layers.alphaDropout({ rate: 0.3 }),
      tf.layers.spatialDropout1d({ rate: 0.3 } as never),
      tf.layers.activation({ activation: "tanh" }),
    ];
    expect(operations(chain([4, 3], layers))).toEqual({ Tanh: 1 });
  });

  test("a model that changes nothing, with a single copy", async () => {
    const model = chain([4], tf.layers.dropout({ rate: 0.5 }));
    expect(operations(model)).toEqual({ Identity: 1 });
    await expectSame(model);
  });
});
