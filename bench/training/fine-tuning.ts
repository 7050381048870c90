import type * as tfTypes from "@tensorflow/tfjs";
import { loadTensorFlow, type TensorFlow } from "../../node/tensorflow.ts";
import { useNativeOperations } from "../../train/backend/native-operations.ts";
import { loadBundleBackbone } from "../../train/model/backbone/bundle-backbone.ts";
import { answer } from "../measure/child.ts";
import { CannotRun } from "../part.ts";
import { stockMobileNet } from "./stock-mobilenet.ts";

export interface FineTuningArgument {
  /** The bundle's folder. */
  readonly bundle: string;
  readonly steps: number;
}

/** Images per second of CPU, forward, backward and the optimiser's update. */
export interface FineTuningRates {
  /** Stock layers with batch normalisation and TensorFlow.js's own gradients. */
  readonly stock: number;
  /** The backbone as it is trained here: batch normalisation folded, native gradients. */
  readonly ours: number;
}

const BATCH_SIZE = 32;
const SIDE = 224;

await answer(async ({ bundle, steps }: FineTuningArgument): Promise<FineTuningRates> => {
  const { tf, native } = await loadTensorFlow();
  if (!native) throw new CannotRun("the native TensorFlow library is not installed");
  const stockModel = stockMobileNet(tf);
  const stock = await trainingRate(tf, stockModel, steps);
  stockModel.dispose();
  useNativeOperations(tf);
  const { model } = await loadBundleBackbone(tf, bundle, undefined);
  return { stock, ours: await trainingRate(tf, model, steps) };
});

/** Trains on noise, and returns the images per second of CPU of the fastest step. */
async function trainingRate(
  tf: TensorFlow,
  model: tfTypes.LayersModel,
  steps: number,
): Promise<number> {
  const optimizer = tf.train.adam(1e-6);
  const shape: [number, number, number, number] = [BATCH_SIZE, SIDE, SIDE, 3];
  const images = tf.randomUniform(shape, -1, 1, "float32", 1);
  model.trainable = true;
  const step = () => {
    const loss = optimizer.minimize(() => {
      const features = model.apply(images, { training: true }) as tfTypes.Tensor;
      return tf.mean(tf.square(features)) as tfTypes.Scalar;
    }, true);
    loss?.dataSync();
    loss?.dispose();
  };
  step();
  const seconds = Array.from({ length: steps }, () => cpuSeconds(step));
  return BATCH_SIZE / Math.min(...seconds);
}

/** Returns the CPU time of a function on all threads of this process. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
