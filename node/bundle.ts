import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestFileName } from "../core/bundle/manifest.ts";
import { type LoadedBundle, loadBundle, type ReadFile } from "../core/bundle/read.ts";
import { UserError } from "../core/errors.ts";
import { onnxRuntime } from "./onnx-runtime.ts";

/**
 * Reads a bundle from its folder and loads its graphs.
 *
 * @throws {UserError} `missing_model` when the folder has no manifest, `invalid_bundle` when another file
 *   is missing, and the codes of `loadBundle`.
 */
export function readBundle(directory: string): Promise<LoadedBundle> {
  return loadBundle(bundleReader(directory), onnxRuntime);
}

/** Returns a function that reads the files of a bundle in a folder, with the errors of {@link readBundle}. */
export function bundleReader(directory: string): ReadFile {
  return (name) => readBundleFile(directory, name);
}

async function readBundleFile(directory: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(directory, name));
  } catch (cause) {
    throw name === manifestFileName
      ? new UserError(
          "missing_model",
          `${directory} holds no model (its ${name} cannot be read): run \`npm run train\`, then \`npm run convert\`, or choose another folder with --model.`,
          { cause },
        )
      : new UserError(
          "invalid_bundle",
          `The model in ${directory} is incomplete: its ${name} cannot be read.`,
          {
            cause,
          },
        );
  }
}
