import type { LayersModel } from "@tensorflow/tfjs";
import { onnxRuntime } from "../node/onnx-runtime.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import { type CommandOptions, inputTypes } from "./command.ts";
import { type Conversion, convert } from "./convert.ts";
import type { ConvertOptions } from "./options.ts";
import {
  beyond,
  compareGraphs,
  type OutputError,
  type ProofOptions,
  prove,
  requireDecided,
  requireEqual,
} from "./proof/index.ts";
import { type Failure, locate } from "./proof/locate.ts";
import { inputNames, outputNames } from "./topology.ts";

/** What a caller adds to the command's options. */
interface Special extends Pick<ConvertOptions, "name" | "inputTypes" | "externalWeights"> {
  readonly proof?: ProofOptions;
}

/**
 * Converts a model as the command's options say, proves the conversion unless told not to, and
 * prints the results.
 *
 * The graph with fp32 weights is proven against TensorFlow.js, one with smaller weights against that
 * graph.
 *
 * @throws {UserError} `conversion_differs`, `proof_impossible`, and the codes of converting.
 */
export async function convertVerified(
  tf: TensorFlow,
  model: LayersModel,
  options: CommandOptions,
  { proof = {}, ...special }: Special = {},
): Promise<Conversion> {
  const { weights } = options;
  const settings = settingsOf(options, special);
  const tools = { tf, runtime: onnxRuntime };
  const name = special.name ?? model.name;
  const exact = convert(model, settings);
  if (weights === "fp32") report(exact, name);
  reportRenamed(model, exact);
  if (!options.noVerify) {
    await proveExact(tools, model, exact, {
      options: settings,
      proof,
      tolerance: options.tolerance,
    });
  }
  if (weights === "fp32") return exact;
  const lowered = convert(model, { ...settings, weights });
  report(lowered, name, exact);
  if (options.noVerify) return lowered;
  const errors = await compareGraphs(tools, model, { exact, lowered }, proof);
  print(errors, weights);
  requireEqual(errors, options.weightsTolerance, `Graphs with ${weights} and fp32 weights`);
  return lowered;
}

/** Returns the options of the conversion; those of the caller go before those of the command. */
function settingsOf(options: CommandOptions, special: ConvertOptions): ConvertOptions {
  const { opset, batch, layout, maximumFileBytes, externalWeights } = options;
  const types = { ...inputTypes(options), ...special.inputTypes };
  const files = { maximumFileBytes, externalWeights };
  return { opset, batch, layout, ...files, ...special, inputTypes: types };
}

async function proveExact(
  tools: Parameters<typeof prove>[0],
  model: LayersModel,
  exact: Conversion,
  failure: Failure,
): Promise<void> {
  const { tolerance } = failure;
  const errors = await prove(tools, model, exact, failure.proof);
  print(errors, "error", tolerance);
  if (beyond(errors, tolerance).length === 0) return;
  requireDecided(errors, tolerance);
  const fault = await locate(tools, model, failure);
  const where = fault
    ? `, first after the layer "${fault.layer}" (${fault.className})`
    : ", though no layer differs by itself";
  requireEqual(errors, tolerance, "ONNX Runtime and TensorFlow.js", where);
}

function print(errors: readonly OutputError[], what: string, tolerance = Infinity): void {
  for (const { name, error, sensitivity } of errors) {
    const why =
      error > tolerance ? ` (one rounding moves it by ${sensitivity.toExponential(1)})` : "";
    process.stdout.write(`  ${name}: ${what} ${error.toExponential(1)}${why}\n`);
  }
}

/** Reports outputs that are also inputs: they need another name in ONNX. */
function reportRenamed(model: LayersModel, { outputs }: Conversion): void {
  const names = outputNames(model);
  for (const [index, name] of names.entries()) {
    if (!inputNames(model).includes(name)) continue;
    process.stdout.write(
      `  output "${name}" is called "${outputs[index]?.name}": an input has its name\n`,
    );
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
