import type { LayersModel } from "@tensorflow/tfjs";
import { onnxRuntime } from "../node/onnx-runtime.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import { type CommandOptions, inputTypes } from "./command.ts";
import { type Conversion, convert } from "./convert.ts";
import type { ConvertOptions } from "./options.ts";
import { prove, requireEqual } from "./proof/index.ts";

/** Converts as the command's options say, and proves it unless told not to; prints what came out. */
export async function convertVerified(
  tf: TensorFlow,
  model: LayersModel,
  options: CommandOptions,
  special: Pick<ConvertOptions, "name" | "inputTypes"> = {},
): Promise<Conversion> {
  const { opset, weights, batch, layout, maximumFileBytes } = options;
  const settings = { opset, weights, batch, layout, maximumFileBytes };
  const types = { ...inputTypes(options), ...special.inputTypes };
  const conversion = convert(model, { ...settings, ...special, inputTypes: types });
  report(conversion, model.name);
  if (options.noVerify) return conversion;
  const proof = await prove(tf, onnxRuntime, model, conversion);
  for (const { name, error } of proof.outputs) print(`  ${name}: error ${error.toExponential(1)}`);
  requireEqual(proof, options.tolerance);
  return conversion;
}

function report({ model, externalData, settings }: Conversion, name: string): void {
  const bytes = [model, ...externalData.map(({ data }) => data)].map(
    ({ byteLength }) => byteLength,
  );
  const total = bytes.reduce((sum, size) => sum + size, 0);
  const files = bytes.length === 1 ? "one file" : `${bytes.length} files`;
  print(`${name}: opset ${settings.opset}, ${settings.weights}, ${megabytes(total)} in ${files}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MiB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
