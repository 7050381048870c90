import { existsSync } from "node:fs";
import { join } from "node:path";
import { manifestFileName } from "../../../core/bundle/manifest.ts";
import { UserError } from "../../../core/errors.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import { holdsRun, runFolder } from "../../../run-files/run-folder.ts";
import { openBundleStart } from "./bundle-start.ts";
import { openRunStart } from "./run-start.ts";
import type { StartingPoint } from "./starting-point.ts";

/**
 * Opens the captioner that `--from` names: the folder of a bundle or of a run.
 *
 * @throws {UserError} `no_starting_point` when the folder holds neither; `invalid_bundle`,
 *   `run_invalid` when it is damaged.
 */
export async function openStartingPoint(tf: TensorFlow, path: string): Promise<StartingPoint> {
  if (existsSync(join(path, manifestFileName))) return openBundleStart(tf, path);
  const folder = runFolder(path);
  if (holdsRun(folder)) return openRunStart(tf, folder);
  throw new UserError(
    "no_starting_point",
    `${path} holds neither a bundle nor a run: name the folder of one with --from.`,
  );
}
