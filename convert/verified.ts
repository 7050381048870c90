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
  const before = exact === undefined ? "" : `, ${megabytes(exact)} as fp32`;
  process.stdout.write(
    `${name}: opset ${settings.opset}, ${settings.weights}, ${megabytes(conversion)} in ${files}${before}\n`,
  );
}

function megabytes({ model, externalData }: Conversion): string {
  const bytes = [model, ...externalData.map(({ data }) => data)].map(
    ({ byteLength }) => byteLength,
  );
  return `${(bytes.reduce((sum, size) => sum + size, 0) / 2 ** 20).toFixed(2)} MiB`;
}
