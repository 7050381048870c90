import type * as tfTypes from "@tensorflow/tfjs";
import { loadTensorFlow, type TensorFlow } from "../../node/tensorflow.ts";
import { useNativeOperations } from "../../train/backend/native-operations.ts";
import { loadBundleBackbone } from "../../train/model/bundle-backbone.ts";
import { answer } from "../measure/child.ts";
import { CannotRun } from "../part.ts";
import { pictures } from "./captioner.ts";
import { rateOf } from "./rate.ts";
import { stockMobileNet } from "./stock-mobilenet.ts";

export interface ConvolutionsArgument {
  readonly bundle: string;
  readonly steps: number;
}

/** The batch of the first probe (24 images a second, 4 with stock layers). */
const batchSize = 32;

/** Images that a second of CPU trains. */
export interface ConvolutionRates {
  /** Stock layers with batch normalization, stock gradients. */
  readonly stock: number;
  /** The backbone as it is trained here: normalizations folded, native gradients. */
  readonly ours: number;
}

await answer(async ({ bundle, steps }: ConvolutionsArgument): Promise<ConvolutionRates> => {
  const { tf, native } = await loadTensorFlow();
  if (!native) throw new CannotRun("the native TensorFlow library is not loaded");
  const stock = stockMobileNet(tf);
  const rate = await trainingRate(tf, stock, steps);
  stock.dispose();
  useNativeOperations(tf);
  const { model } = await loadBundleBackbone(tf, bundle, undefined);
  return { stock: rate, ours: await trainingRate(tf, model, steps) };
});

/** Forward, backward and Adam on noise. */
function trainingRate(tf: TensorFlow, model: tfTypes.LayersModel, steps: number): Promise<number> {
  const optimizer = tf.train.adam(1e-6);
  const x = tf.tidy(() => pictures(tf, batchSize).div(127.5).sub(1));
  model.trainable = true;
  return rateOf(steps, () => {
    const loss = optimizer.minimize(
      () =>
        tf.mean(tf.square(model.apply(x, { training: true }) as tfTypes.Tensor)) as tfTypes.Scalar,
      true,
    );
    loss?.dataSync();
    loss?.dispose();
    return batchSize;
  });
}
