import { describe, expect, test } from "vitest";
import { ACTIVATION_NAMES } from "../../../convert/layers/activations.ts";
import { tf } from "../../support/tensorflow.ts";
import { chain, expectSame, operations } from "../support.ts";

describe("activations", () => {
  test.each(ACTIVATION_NAMES)("%s, at the oldest and the newest opset", async (name) => {
    const layers = [
      tf.layers.dense({ units: 6 }),
      tf.layers.activation({ activation: name as never }),
    ];
    await expectSame(chain([4], layers), { opset: 17 });
    await expectSame(chain([4], layers), { opset: 22 });
  });

  test("has every activation of tfjs", () => {
    const { classNameMap } = tf.serialization.SerializationMap.getMap();
    const registered = Object.keys(classNameMap).filter((name) => /^[a-z]/.test(name));
    expect(registered.filter((name) => !ACTIVATION_NAMES.includes(name))).toEqual([]);
  });

  test("ReLU with and without a bound", async () => {
    const spread = () => tf.layers.dense({ units: 8 });
    await expectSame(chain([4], [spread(), tf.layers.reLU()]));
    await expectSame(chain([4], [spread(), tf.layers.reLU({ maxValue: 0.3 })]));
    await expectSame(chain([4], [spread(), tf.layers.reLU({ maxValue: 6 })]));
  });

  test("LeakyReLU, ELU, ThresholdedReLU", async () => {
    await expectSame(chain([4, 3], tf.layers.leakyReLU()));
    await expectSame(chain([4, 3], tf.layers.leakyReLU({ alpha: 0.05 })));
    await expectSame(chain([4, 3], tf.layers.elu()));
    await expectSame(chain([4, 3], tf.layers.thresholdedReLU({ theta: 0.25 })));
  });

  test("PReLU with individual and shared slopes", async () => {
    await expectSame(chain([5, 6, 3], tf.layers.prelu()));
    await expectSame(chain([5, 6, 3], tf.layers.prelu({ sharedAxes: [1, 2] })));
    const convolved = tf.layers.conv2d({ filters: 4, kernelSize: 3 });
    await expectSame(chain([5, 6, 3], [convolved, tf.layers.prelu({ sharedAxes: [1, 2] })]));
  });

  test("Softmax along one axis and along several", async () => {
    await expectSame(chain([4, 3], tf.layers.softmax({ axis: -1 })));
    await expectSame(chain([3], tf.layers.softmax()));
    await expectSame(chain([4, 3], tf.layers.softmax({ axis: [2] as never })));
    await expectSame(chain([4, 3], tf.layers.softmax({ axis: [1, 2] as never })));
  });

  test("hardSigmoid is Keras's, not a plain sigmoid", () => {
    const model = chain([4], tf.layers.activation({ activation: "hardSigmoid" }));
    expect(operations(model)).toEqual({ HardSigmoid: 1 });
  });
});
