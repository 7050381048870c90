/**
 * The launcher behind every npm script: `node toolchain/run.js COMMAND [ARGUMENT ...]`.
 *
 * Installs the packages if they are missing, prepares the native TensorFlow library for commands that
 * compute with it, and runs the command with a Node that runs TypeScript. This file itself runs on any
 * Node from 20 on, before anything is installed.
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
 * Signals that usually mean that a process ran out of memory, by exit status: the system's, and Node's.
 */
const OUT_OF_MEMORY = new Map([
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
    throw new ToolchainError(
      `unknown command "${name}"; the commands are ${[...COMMANDS.keys()].join(", ")}`,
    );
  }
  const node = await ensureInstalled();
  await provideTensorFlow(command.tensorflow, node);
  return runSteps(command.steps, args, node);
}

/**
 * Runs all steps, even after one has failed, so that a check reports all problems.
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
    const signal = OUT_OF_MEMORY.get(ended);
    if (signal) say(`error: the command ended with ${signal}: most likely it ran out of memory`);
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
