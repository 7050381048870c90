import { z } from "zod";
import { maximumFileBytes } from "../core/bundle/manifest.ts";
import type { LayerHandler } from "./layers/handler.ts";

const smallestOpset = 17;
/** The newest that onnxruntime-web 1.30 knows and that the handlers were tried with. */
const largestOpset = 22;

/** What an input may be declared as. */
export const INPUT_TYPES = ["uint8", "int32", "int64", "float32"] as const;

/** Every option of a conversion, with its limits and its default. */
export const convertOptionsSchema = z.object({
  /** Version of the ONNX operations. */
  opset: z.coerce.number().int().min(smallestOpset).max(largestOpset).default(smallestOpset),
  /** Size of the first axis: `dynamic`, or a number that the graph is then fixed to. */
  batch: z.union([z.literal("dynamic"), z.coerce.number().int().positive()]).default("dynamic"),
  /** How pictures lie at the graph's inputs and outputs; `nhwc` is as in TensorFlow.js. */
  layout: z.enum(["nhwc", "nchw"]).default("nhwc"),
  /** Inputs whose declared type is not the model's: bytes that are cast inside of the graph. */
  inputTypes: z.record(z.string(), z.enum(INPUT_TYPES)).default({}),
  /** How weights are stored. */
  weights: z.enum(["fp32", "fp16", "int8"]).default("fp32"),
  /** A graph larger than this keeps its weights in files of their own, none of them larger. */
  maximumFileBytes: z.coerce.number().int().positive().default(maximumFileBytes),
  /** Keeps weights in files of their own whatever the graph's size. */
  externalWeights: z.boolean().default(false),
});

export type ConvertSettings = z.infer<typeof convertOptionsSchema>;

export interface ConvertOptions extends z.input<typeof convertOptionsSchema> {
  /** Handlers of custom layers, by class name; they come before the built-in ones. */
  layers?: Readonly<Record<string, LayerHandler>>;
  /** Name of the graph, and of the external-data files if there are any. */
  name?: string;
}
