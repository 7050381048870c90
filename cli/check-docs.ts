/**
 * Checks that every exported function and class is documented: `npm run check` runs it.
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
  "browser/tsconfig.json",
  "browser/thread/tsconfig.json",
  "worker/tsconfig.json",
  "tsconfig.node.json",
];

/** Tests are not checked, nor what only they use. */
const EXEMPT = /^tests\//;

const root = dirname(import.meta.dirname);
for (const { path, line, message } of checkDocs(root, PROJECTS)) {
  if (EXEMPT.test(path)) continue;
  process.stdout.write(`${path}:${line}: ${message}\n`);
  process.exitCode = 1;
}
