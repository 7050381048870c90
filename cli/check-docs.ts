/**
 * Checks that every exported function and class is documented: `npm run check` runs it. With `--all`
 * it also lists what the folders lack that are not held to it.
 *
 * @module
 */
import { dirname } from "node:path";
import { checkDocs } from "./check-docs/check.ts";

const PROJECTS = [
  "core/tsconfig.json",
  "onnx/tsconfig.json",
  "metrics/tsconfig.json",
  "client/tsconfig.json",
  "worker/tsconfig.json",
  "tsconfig.node.json",
];

/** Whether the check fails for what a folder lacks. Folders that are not listed are not checked. */
const HELD: Readonly<Record<string, boolean>> = {
  core: true,
  metrics: true,
  onnx: true,
  datasets: false,
  "run-files": false,
  train: false,
  convert: false,
  worker: false,
  client: true,
  node: true,
  cli: false,
  bench: false,
};

const root = dirname(import.meta.dirname);
const showsAll = process.argv.includes("--all");
for (const { path, line, message } of checkDocs(root, PROJECTS)) {
  const isHeld = HELD[path.split("/")[0] ?? ""];
  if (isHeld === undefined || !(isHeld || showsAll)) continue;
  process.stdout.write(`${path}:${line}: ${message}\n`);
  if (isHeld) process.exitCode = 1;
}
