import { existsSync } from "node:fs";
import { join } from "node:path";
import { manifestFileName } from "../../../core/bundle/manifest.ts";
import { UserError } from "../../../core/errors.ts";
import type { TensorFlow } from "../../../node/tensorflow.ts";
import { holdsRun, runFolder } from "../../../run-files/run-folder.ts";
import { averageStarts } from "./average-starts.ts";
import { openBundleStart } from "./bundle-start.ts";
import { openRunStart } from "./run-start.ts";
import type { StartingPoint } from "./starting-point.ts";

/**
 * Opens the captioners that `--from` names, as one captioner: the mean of their weights.
 *
 * @throws {UserError} `conflicting_options` when they differ in their shape; those of
 *   {@link openStartingPoint}
 */
export async function openStartingPoints(
  tf: TensorFlow,
  paths: readonly [string, ...string[]],
): Promise<StartingPoint> {
  const [path, ...otherPaths] = paths;
  const first = { path, start: await openStartingPoint(tf, path) };
  const others: (typeof first)[] = [];
  for (const other of otherPaths) {
    others.push({ path: other, start: await openStartingPoint(tf, other) });
  }
  return averageStarts(tf, first, others);
}

/**
 * Opens a captioner: the folder of a bundle or of a run.
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
