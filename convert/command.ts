import { z } from "zod";
import { convertOptionsSchema } from "./options.ts";

const { opset, batch, layout, weights, maximumFileBytes, externalWeights } =
  convertOptionsSchema.shape;

/** Every option of `npm run convert`. */
export const commandSchema = z.object({
  opset: opset.describe("version of the ONNX operations"),
  weights: weights.describe("how weights are stored: fp32, fp16 or int8"),
  batch: batch.describe("size of the first axis: dynamic, or a number"),
  layout: layout.describe("how pictures lie at inputs and outputs: nhwc or nchw"),
  inputType: z
    .string()
    .regex(/^[^=]+=(uint8|int32|float32)(,[^=,]+=(uint8|int32|float32))*$/, "NAME=uint8")
    .optional()
    .describe("declares inputs of another type, cast inside: NAME=uint8, several with commas"),
  maximumFileBytes: maximumFileBytes.describe("a larger graph keeps its weights in other files"),
  externalWeights: externalWeights.describe(
    "keeps weights in other files whatever the graph's size, as bundles do",
  ),
  tolerance: z.coerce
    .number()
    .positive()
    .default(1e-4)
    .describe("largest allowed error: max |a - b| / max(1, max |b|) of an output"),
  weightsTolerance: z.coerce
    .number()
    .positive()
    .default(0.1)
    .describe("largest allowed error of fp16 and int8 weights against fp32 ones"),
  noVerify: z.boolean().default(false).describe("writes without the proof"),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, "small letters, digits, dots, dashes")
    .default("edge-caption")
    .describe("name of the bundle's model"),
  modelVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "three numbers, such as 1.0.0")
    .default("1.0.0")
    .describe("version of the bundle's model"),
});

export type CommandOptions = z.infer<typeof commandSchema>;

/** `a=uint8,b=int32` as a record. */
export function inputTypes({
  inputType,
}: CommandOptions): Record<string, "uint8" | "int32" | "float32"> {
  const pairs = inputType?.split(",").map((pair) => pair.split("=")) ?? [];
  return Object.fromEntries(pairs) as Record<string, "uint8" | "int32" | "float32">;
}
