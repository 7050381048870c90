import { loadTensorFlow } from "../../node/tensorflow.ts";
import { loadBundleBackbone } from "../../train/model/bundle-backbone.ts";
import { answer } from "../measure/child.ts";
import { CannotRun } from "../part.ts";
import type { ElsewhereArgument } from "./argument.ts";
import { timePrediction } from "./prediction.ts";

await answer(async ({ bundle, inputs, runs }: ElsewhereArgument) => {
  const { tf, native, reason } = await loadTensorFlow();
  if (!native) throw new CannotRun(`the native TensorFlow library is not loaded (${reason})`);
  const { model } = await loadBundleBackbone(tf, bundle, undefined);
  return { backbone: await timePrediction(tf, model, inputs, runs) };
});
