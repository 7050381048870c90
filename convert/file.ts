import { basename, dirname, join } from "node:path";
import { UserError } from "../core/errors.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { systemErrorText } from "../node/cli/system-errors.ts";
import { loadTensorFlow } from "../node/tensorflow.ts";
import type { CommandOptions } from "./command.ts";
import { buildModel, modelSource, readArtifacts } from "./load/index.ts";
import { convertVerified } from "./verified.ts";

/**
 * Converts a `model.json` to an `.onnx` file, with its external data beside it if it needs any.
 *
 * @param output Without it, the name of the input with another ending, in the working directory for
 *   an input from the web.
 */
export async function convertFile(
  input: string,
  output: string | undefined,
  options: CommandOptions,
): Promise<void> {
  const path = output ?? defaultOutput(input);
  if (!path.endsWith(".onnx")) {
    throw new UserError("option_invalid", `The output ${path} does not end in .onnx: name a file.`);
  }
  const source = modelSource(input);
  const artifacts = await readArtifacts(source);
  const { tf } = await loadTensorFlow();
  const model = await buildModel(tf, source, artifacts);
  const name = basename(path, ".onnx");
  const conversion = await convertVerified(tf, model, options, { name });
  // The graph last: whoever sees it finds the weights that it names.
  for (const file of conversion.externalData) {
    await write(join(dirname(path), file.path), file.data);
  }
  await write(path, conversion.model);
  process.stdout.write(`${path}\n`);
}

async function write(path: string, data: Uint8Array): Promise<void> {
  try {
    await writeAtomically(path, data);
  } catch (cause) {
    const reason = systemErrorText(cause);
    throw new UserError("unwritable_file", `${path} cannot be written: ${reason}.`, { cause });
  }
}

function defaultOutput(input: string): string {
  return /^https?:/.test(input)
    ? `${basename(new URL(input).pathname, ".json")}.onnx`
    : join(dirname(input), `${basename(input, ".json")}.onnx`);
}
