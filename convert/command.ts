import { z } from "zod";
import { convertOptionsSchema, INPUT_TYPES } from "./options.ts";

const { opset, batch, layout, weights, maximumFileBytes, externalWeights } =
  convertOptionsSchema.shape;

type InputType = (typeof INPUT_TYPES)[number];

const TYPE_PATTERN = `[^=,]+=(${INPUT_TYPES.join("|")})`;

/** Every option of `npm run convert`. */
export const commandSchema = z.object({
  opset: opset.describe("version of the ONNX operations"),
  weights: weights.describe("how weights are stored: fp32, fp16 or int8"),
  batch: batch.describe("batch size: dynamic, or a number"),
  layout: layout.describe("layout of images at inputs and outputs: nhwc or nchw"),
  inputType: z
    .string()
    .regex(
      new RegExp(`^${TYPE_PATTERN}(,${TYPE_PATTERN})*$`),
      `write NAME=TYPE, separated by commas; TYPE is one of ${INPUT_TYPES.join(", ")}`,
    )
    .optional()
    .describe(
      `declares inputs as another type (${INPUT_TYPES.join(", ")}), which the graph casts: NAME=uint8, separated by commas`,
    ),
  kerasResizing: z
    .boolean()
    .default(false)
    .describe("resizes images as Keras does, where Keras wrote the model; else as TensorFlow.js"),
  maximumFileBytes: maximumFileBytes.describe(
    "largest size of a file; larger graphs keep their weights in other files",
  ),
  externalWeights: externalWeights.describe(
    "always keeps the weights in other files, as bundles do",
  ),
  tolerance: z.coerce
    .number()
    .positive()
    .default(1e-4)
    .describe("largest allowed error of an output: max |a - b| / max(0.001, max |b|)"),
  weightsTolerance: z.coerce
    .number()
    .positive()
    .default(0.1)
    .describe(
      "largest allowed error of fp16 and int8 weights against fp32 ones: max |a - b| / max(1, max |b|)",
    ),
  inputShape: z
    .string()
    .regex(
      /^[^=;]+=\d+(,\d+)*(;[^=;]+=\d+(,\d+)*)*$/,
      "write NAME=1,416,416,3, separated by semicolons",
    )
    .optional()
    .describe("shapes of open inputs in the proof: NAME=1,416,416,3, separated by semicolons"),
  proofInput: z
    .string()
    .optional()
    .describe('JSON file with the proof\'s inputs, nested arrays by name: {"x": [[0, 1]]}'),
  noVerify: z.boolean().default(false).describe("skips the proof"),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, "use lowercase letters, digits, dots, dashes")
    .default("edge-caption")
    .describe("name of the bundle's model"),
  modelVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "use three numbers, such as 1.0.0")
    .default("1.0.0")
    .describe("version of the bundle's model"),
});

export type CommandOptions = z.infer<typeof commandSchema>;

/** Parses `a=uint8,b=int32`. */
export function inputTypes({ inputType }: CommandOptions): Record<string, InputType> {
  return Object.fromEntries(pairs(inputType, ",")) as Record<string, InputType>;
}

/** Parses `a=1,5;b=1,7`. */
export function inputShapes({ inputShape }: CommandOptions): Record<string, number[]> {
  return Object.fromEntries(
    pairs(inputShape, ";").map(([name, sizes]) => [name, sizes.split(",").map(Number)]),
  );
}

function pairs(text: string | undefined, separator: string): [name: string, value: string][] {
  return (text?.split(separator) ?? []).map((pair) => {
    const [name = "", value = ""] = pair.split("=");
    return [name, value];
  });
}
