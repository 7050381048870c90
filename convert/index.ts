/**
 * Converts TensorFlow.js LayersModels to ONNX and proves that both compute the same.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import * as tf from "@tensorflow/tfjs";
 * import { convert, loadModel } from "edge-caption/convert";
 *
 * const model = await loadModel(tf, "path/to/model.json");
 * const { model: bytes } = convert(model, { opset: 17 });
 * await writeFile("model.onnx", bytes);
 * ```
 *
 * @module
 */

export { UserError } from "../core/errors.ts";
export type { ExternalData } from "../core/runtime.ts";
export { type Conversion, convert, type Port } from "./convert.ts";
export type { GraphBuilder } from "./graph/builder.ts";
export type { Constant, Dim, Shape, Value } from "./graph/types.ts";
export type { Layer, LayerContext, LayerHandler, LayerResult } from "./layers/handler.ts";
export { withConfig } from "./layers/handler.ts";
export { type LoadOptions, loadModel } from "./load/index.ts";
export type { ConvertOptions, ConvertSettings } from "./options.ts";
export { type OutputError, type ProofOptions, type ProofTools, prove } from "./proof/index.ts";
export type { TensorFlow } from "./tensorflow.ts";
