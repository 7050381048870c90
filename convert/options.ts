import { z } from "zod";
import { maximumFileBytes } from "../core/bundle/manifest.ts";
import type { LayerHandler } from "./layers/handler.ts";

const SMALLEST_OPSET = 17;
/** The newest opset that onnxruntime-web 1.30 runs and that the handlers are tested with. */
const LARGEST_OPSET = 22;

/** Data types that an input may be declared as. */
export const INPUT_TYPES = ["uint8", "int32", "int64", "float32"] as const;

/** The options of a conversion with their limits and defaults. */
export const convertOptionsSchema = z.object({
  /** Version of the ONNX operations. */
  opset: z.coerce.number().int().min(SMALLEST_OPSET).max(LARGEST_OPSET).default(SMALLEST_OPSET),
  /** Batch size: `dynamic`, or a number that the graph is fixed to. */
  batch: z.union([z.literal("dynamic"), z.coerce.number().int().positive()]).default("dynamic"),
  /** Layout of images at the graph's inputs and outputs; TensorFlow.js uses `nhwc`. */
  layout: z.enum(["nhwc", "nchw"]).default("nhwc"),
  /** Inputs to declare as another type than the model's; the graph casts them. */
  inputTypes: z.record(z.string(), z.enum(INPUT_TYPES)).default({}),
  /** How weights are stored. */
  weights: z.enum(["fp32", "fp16", "int8"]).default("fp32"),
  /** Largest size of a file; a larger graph keeps its weights in other files. */
  maximumFileBytes: z.coerce.number().int().positive().default(maximumFileBytes),
  /** Always keeps the weights in other files. */
  externalWeights: z.boolean().default(false),
});

export type ConvertSettings = z.infer<typeof convertOptionsSchema>;

export interface ConvertOptions extends z.input<typeof convertOptionsSchema> {
  /** Handlers of custom layers by class name; they override the built-in ones. */
  layers?: Readonly<Record<string, LayerHandler>>;
  /** Name of the graph, and of the external-data files if there are any. */
  name?: string;
}
