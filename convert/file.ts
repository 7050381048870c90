import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../core/errors.ts";
import { writeOutput } from "../node/cli/files.ts";
import { systemErrorText } from "../node/cli/system-errors.ts";
import { loadTensorFlow } from "../node/tensorflow.ts";
import { type CommandOptions, inputShapes } from "./command.ts";
import { buildModel, modelSource, readArtifacts } from "./load/index.ts";
import { isRecord } from "./load/json.ts";
import type { ProofOptions } from "./proof/index.ts";
import { convertVerified } from "./verified.ts";

/**
 * Converts a `model.json` to an `.onnx` file and any external data files beside it.
 *
 * @param output - by default the input's name with the ending `.onnx`; in the working directory for
 *   an input from the web.
 * @throws {UserError} `option_invalid`, `unwritable_file`, and the codes of loading and converting.
 */
export async function convertFile(
  input: string,
  output: string | undefined,
  options: CommandOptions,
): Promise<void> {
  const path = output ?? defaultOutput(input);
  if (!path.endsWith(".onnx")) {
    throw new UserError("option_invalid", `The output ${path} must end in .onnx.`);
  }
  const source = modelSource(input);
  const proof = await proofOptions(options);
  const note = (line: string) => process.stderr.write(`note: ${line}\n`);
  const loading = { kerasResizing: options.kerasResizing, note };
  const artifacts = await readArtifacts(source, loading);
  const { tf } = await loadTensorFlow();
  const model = await buildModel(tf, source, artifacts, loading);
  const name = basename(path, ".onnx");
  const conversion = await convertVerified(tf, model, options, { name, proof });
  // The graph last, so that it never names weights that are not written yet.
  for (const file of conversion.externalData) {
    await writeOutput(join(dirname(path), file.path), file.data);
  }
  await writeOutput(path, conversion.model);
  process.stdout.write(`${path}\n`);
}

async function proofOptions(options: CommandOptions): Promise<ProofOptions> {
  const { proofInput } = options;
  const shapes = inputShapes(options);
  return proofInput === undefined ? { shapes } : { inputs: await readInputs(proofInput) };
}

async function readInputs(path: string): Promise<NonNullable<ProofOptions["inputs"]>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? "it is not JSON" : systemErrorText(cause);
    throw new UserError("option_invalid", `The proof's input ${path} cannot be read: ${reason}.`, {
      cause,
    });
  }
  if (isRecord(json)) return json as NonNullable<ProofOptions["inputs"]>;
  throw new UserError(
    "option_invalid",
    `The proof's input ${path} is not an object with an array for each input, such as {"x": [[0, 1]]}.`,
  );
}

function defaultOutput(input: string): string {
  return /^https?:/.test(input)
    ? `${basename(new URL(input).pathname, ".json")}.onnx`
    : join(dirname(input), `${basename(input, ".json")}.onnx`);
}
