/**
 * `npm run warm-up`: writes the graph that a Worker runs while it starts.
 */

import { join } from "node:path";
import { warmUpGraph } from "../convert/warm-up-graph.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { writeOnnx } from "../onnx/index.ts";

const FILE = join(import.meta.dirname, "../worker/model/warm-up.onnx");

await runCommand(async () => {
  createCommand(
    "npm run warm-up --",
    "Writes the graph that a Worker runs while it starts.",
  ).parse();
  await writeAtomically(FILE, writeOnnx(warmUpGraph()));
});
