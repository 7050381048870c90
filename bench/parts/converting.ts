import { convert } from "../../convert/index.ts";
import { prove } from "../../convert/proof/index.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { loadTensorFlow } from "../../node/tensorflow.ts";
import { loadBundleBackbone } from "../../train/model/bundle-backbone.ts";
import type { Part } from "../part.ts";

/** How long it takes to convert MobileNetV2 and to prove it. */
export const converting: Part = {
  name: "converting",
  title: "Converting the bundle's backbone, MobileNetV2, CPU",
  async run({ options }) {
    const { tf, native } = await loadTensorFlow();
    const { model } = await loadBundleBackbone(tf, options.model, undefined);
    const seconds = () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    };
    const start = seconds();
    const conversion = convert(model);
    const converted = seconds();
    await prove({ tf, runtime: onnxRuntime }, model, conversion);
    const note = native ? "with native TensorFlow" : "with TensorFlow in pure JavaScript";
    return [
      { what: "layers to a file's bytes", unit: "s", value: converted - start },
      { what: "the proof against TensorFlow.js", unit: "s", value: seconds() - converted, note },
    ];
  },
};
