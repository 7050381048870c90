// A stranger's program: a model with a layer of its own, converted, proven, and said in JSON.
import * as tf from "@tensorflow/tfjs";
import { convert, loadModel, prove, UserError } from "edge-caption/convert";
import { runtimeOf } from "edge-caption/core";
import { readInitializers, readOnnx } from "edge-caption/onnx";
import * as ort from "onnxruntime-web/wasm";

// Node 20 has no way to start the threads of this runtime.
ort.env.wasm.numThreads = 1;

class Doubled extends tf.layers.Layer {
  static className = "Doubled";

  call(inputs) {
    return tf.mul([inputs].flat()[0], 2);
  }
}
tf.serialization.registerClass(Doubled);
await tf.setBackend("cpu");

const model = tf.sequential({
  layers: [
    tf.layers.conv2d({ inputShape: [6, 6, 3], filters: 4, kernelSize: 3, activation: "relu" }),
    new Doubled({ name: "twice" }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 2, name: "head" }),
  ],
});
const layers = { Doubled: ({ onnx: graph, x }) => graph.op("Mul", [x, graph.scalar(2)]) };
const conversion = convert(model, { layers, weights: "fp16" });
const exact = convert(model, { layers });
const errors = await prove({ tf, runtime: runtimeOf(ort) }, model, exact);

let refusal;
try {
  convert(model);
} catch (error) {
  refusal = error instanceof UserError ? error.code : String(error);
}
const loaded = await loadModel(tf, "plain.json");

console.log(
  JSON.stringify({
    outputs: conversion.outputs,
    halved: [...readInitializers(readOnnx(conversion.model)).values()].some(
      ({ type }) => type === "float16",
    ),
    errors,
    refusal,
    loaded: convert(loaded).outputs.map(({ name }) => name),
  }),
);
