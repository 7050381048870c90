import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { manifestFileName } from "../core/bundle/manifest.ts";
import { type LoadedBundle, loadBundle, type ReadFile } from "../core/bundle/read.ts";
import { UserError } from "../core/errors.ts";
import { onnxRuntime } from "./onnx-runtime.ts";

/** The folder of the released model. */
export const releasedModel = join(dirname(import.meta.dirname), "model");

/**
 * Reads a bundle from its folder and loads its graphs.
 *
 * @throws UserError `missing_model` where the folder has no manifest, `invalid_bundle` where
 *   another file is missing, and the codes of `loadBundle`
 */
export function readBundle(directory: string): Promise<LoadedBundle> {
  return loadBundle(bundleReader(directory), onnxRuntime);
}

/** Reads the files of a bundle in a folder. */
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
          `There is no model in ${directory} (no ${name} can be read there): run \`npm run train\`, then \`npm run convert\`, or name another folder with --model.`,
          { cause },
        )
      : new UserError("invalid_bundle", `The model in ${directory} has no readable ${name}.`, {
          cause,
        });
  }
}
