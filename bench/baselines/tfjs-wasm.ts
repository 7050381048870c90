import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { loadBundleBackbone } from "../../train/model/backbone/bundle-backbone.ts";
import { fillInput } from "../inputs.ts";
import { answer } from "../measure/child.ts";
import { timeRuns } from "../measure/timing.ts";
import type { BaselineArgument } from "./argument.ts";

await answer(async ({ bundle, inputs, runs }: BaselineArgument) => {
  const folder = dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm")));
  setWasmPaths(`${folder}/`);
  setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  if (tf.getBackend() !== "wasm") throw new Error("the WebAssembly backend is not in use");
  const { model } = await loadBundleBackbone(tf, bundle, undefined);
  const [input] = inputs;
  if (input === undefined) throw new Error("the backbone has no input");
  const image = tf.tensor(fillInput(input).data as Float32Array, [...input.dims]);
  const predict = () => {
    const output = model.predict(image) as tf.Tensor;
    output.dataSync();
    output.dispose();
  };
  return timeRuns(predict, { runs, warmUp: 10 });
});
