/**
 * The launcher behind every npm script: `node toolchain/run.js COMMAND [ARGUMENT ...]`.
 *
 * Installs what is missing, only then; prepares the native TensorFlow library where the command
 * computes with it; starts the command with a Node that runs TypeScript. Any Node from 20 on can run
 * this file, before anything is installed.
 *
 * @module
 */
import { delimiter, dirname, join } from "node:path";
import { COMMANDS } from "./commands.js";
import { ensureInstalled } from "./install.js";
import { modules, root } from "./places.js";
import { runInForeground } from "./processes.js";
import { say, ToolchainError } from "./say.js";
import { provideTensorFlow } from "./tensorflow/index.js";

/**
 * The signals by which a process ends that is not given the memory it needs, by their exit status:
 * the system's, and Node's own. It cannot say so itself.
 */
const OF_MEMORY = new Map([
  [137, "SIGKILL"],
  [134, "SIGABRT"],
]);

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
async function main(name, args) {
  const command = COMMANDS.get(name);
  if (command === undefined) {
    throw new ToolchainError(`no command "${name}": there are ${[...COMMANDS.keys()].join(", ")}`);
  }
  const node = await ensureInstalled();
  await provideTensorFlow(command.tensorflow, node);
  return runSteps(command.steps, args, node);
}

/**
 * Runs all steps, also after one has failed: a check says everything that is wrong.
 *
 * @param {string[][]} steps
 * @param {string[]} args
 * @param {string} node
 */
async function runSteps(steps, args, node) {
  const path = [dirname(node), join(modules, ".bin"), process.env.PATH].join(delimiter);
  let status = 0;
  for (const step of steps) {
    const all = ["--disable-warning=ExperimentalWarning", ...step, ...args];
    const env = { ...process.env, PATH: path };
    const ended = await runInForeground(node, all, { cwd: root, env });
    const signal = OF_MEMORY.get(ended);
    if (signal) say(`error: ${signal} ended the command: most likely there was not enough memory`);
    status ||= ended;
  }
  return status;
}

try {
  const [name = "", ...args] = process.argv.slice(2);
  process.exitCode = await main(name, args);
} catch (error) {
  if (!(error instanceof ToolchainError)) throw error;
  say(`error: ${error.message}`);
  process.exitCode = 1;
}
