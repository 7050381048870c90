import type { LayersModel } from "@tensorflow/tfjs";
import { onnxRuntime } from "../node/onnx-runtime.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import { type CommandOptions, inputTypes } from "./command.ts";
import { type Conversion, convert } from "./convert.ts";
import type { ConvertOptions } from "./options.ts";
import { beyond, compareGraphs, type OutputError, prove, requireEqual } from "./proof/index.ts";
import { locate } from "./proof/locate.ts";

/**
 * Converts as the command's options say, and proves it unless told not to; prints what came out.
 *
 * The exact graph is proven against TensorFlow.js; one with smaller weights against the exact graph.
 */
export async function convertVerified(
  tf: TensorFlow,
  model: LayersModel,
  options: CommandOptions,
  special: Pick<ConvertOptions, "name" | "inputTypes" | "externalWeights"> = {},
): Promise<Conversion> {
  const { opset, weights, batch, layout, maximumFileBytes, externalWeights } = options;
  const types = { ...inputTypes(options), ...special.inputTypes };
  const files = { maximumFileBytes, externalWeights };
  const settings = { opset, batch, layout, ...files, ...special, inputTypes: types };
  const tools = { tf, runtime: onnxRuntime };
  const name = special.name ?? model.name;
  const exact = convert(model, settings);
  if (weights === "fp32") report(exact, name);
  if (!options.noVerify) await proveExact(tools, model, exact, settings, options.tolerance);
  if (weights === "fp32") return exact;
  const lowered = convert(model, { ...settings, weights });
  report(lowered, name, exact);
  if (options.noVerify) return lowered;
  const errors = await compareGraphs(tools, model, lowered, exact);
  print(errors, weights);
  requireEqual(errors, options.weightsTolerance, `Graphs with ${weights} and fp32 weights`);
  return lowered;
}

async function proveExact(
  tools: Parameters<typeof prove>[0],
  model: LayersModel,
  exact: Conversion,
  settings: ConvertOptions,
  tolerance: number,
): Promise<void> {
  const errors = await prove(tools, model, exact);
  print(errors, "error");
  if (beyond(errors, tolerance).length === 0) return;
  const fault = await locate(tools, model, settings, tolerance);
  const where = fault
    ? `, first after the layer "${fault.layer}" (${fault.className})`
    : ", though no layer differs by itself";
  requireEqual(errors, tolerance, "ONNX Runtime and TensorFlow.js", where);
}

function print(errors: readonly OutputError[], what: string): void {
  for (const { name, error } of errors) {
    process.stdout.write(`  ${name}: ${what} ${error.toExponential(1)}\n`);
  }
}

function report(conversion: Conversion, name: string, exact?: Conversion): void {
  const { settings, externalData } = conversion;
  const files = externalData.length === 0 ? "one file" : `${externalData.length + 1} files`;
  const before = exact === undefined ? "" : `, ${sizeOf(exact)} as fp32`;
  process.stdout.write(
    `${name}: opset ${settings.opset}, ${settings.weights}, ${sizeOf(conversion)} in ${files}${before}\n`,
  );
}

function sizeOf({ model, externalData }: Conversion): string {
  const files = [model, ...externalData.map(({ data }) => data)];
  const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const [unit, name] = bytes < 2 ** 20 / 10 ? [2 ** 10, "KiB"] : [2 ** 20, "MiB"];
  return `${(bytes / unit).toFixed(2)} ${name}`;
}
