import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { loadBundleBackbone } from "../../train/model/bundle-backbone.ts";
import { answer } from "../measure/child.ts";
import type { ElsewhereArgument } from "./argument.ts";
import { fusedModel } from "./fused-model.ts";
import { timePrediction } from "./prediction.ts";

await answer(async ({ bundle, inputs, runs }: ElsewhereArgument) => {
  const folder = dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm")));
  setWasmPaths(`${folder}/`);
  setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  if (tf.getBackend() !== "wasm") throw new Error("the WebAssembly backend is not in use");
  const { model } = await loadBundleBackbone(tf, bundle, undefined);
  return {
    layers: await timePrediction(tf, model, inputs, runs),
    backbone: await timePrediction(tf, fusedModel(tf, model), inputs, runs),
  };
});
