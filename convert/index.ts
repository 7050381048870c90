/**
 * TensorFlow.js LayersModels to ONNX.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { convert } from "edge-caption/convert";
 *
 * const model = await tf.loadLayersModel("https://example.com/model.json");
 * const { model: bytes } = convert(model, { opset: 17 });
 * ```
 *
 * @module
 */
export { type Conversion, convert, type Port } from "./convert.ts";
export type { LayerContext, LayerHandler, LayerResult } from "./layers/handler.ts";
export { withConfig } from "./layers/handler.ts";
export type { ConvertOptions, ConvertSettings } from "./options.ts";
