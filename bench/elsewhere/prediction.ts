import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { type InputShape, patterned } from "../graphs/inputs.ts";
import type { Summary } from "../measure/statistics.ts";
import { timeRuns } from "../measure/timing.ts";

/** Times a LayersModel on a picture of numbers. */
export async function timePrediction(
  tf: TensorFlow,
  model: Pick<LayersModel, "predict">,
  inputs: readonly InputShape[],
  runs: number,
): Promise<Summary> {
  const [input] = inputs;
  if (input === undefined) throw new Error("the backbone has no input");
  const picture = tf.tensor(patterned(input).data as Float32Array, [...input.dims]);
  const predict = () => {
    const output = model.predict(picture) as Tensor;
    output.dataSync();
    output.dispose();
  };
  return timeRuns(predict, { runs, warmUp: 10 });
}
