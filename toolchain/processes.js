import { spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { constants } from "node:os";

/** Signals that are forwarded to the command. */
const FORWARDED = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]);

/**
 * Runs a command in the foreground, with this process's terminal and signals.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{cwd: string, env?: NodeJS.ProcessEnv, stdio?: import("node:child_process").StdioOptions}} options
 * @returns {Promise<number>} Its exit status; 128 + the signal's number if a signal ended it.
 */
export function runInForeground(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", ...options });
    const handlers = FORWARDED.map((signal) => {
      const handler = () => void forward(child, signal);
      process.on(signal, handler);
      return { signal, handler };
    });
    const watch = watchParent(() => child.kill("SIGTERM"));
    const settle = () => {
      clearInterval(watch);
      for (const { signal, handler } of handlers) process.off(signal, handler);
    };
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("close", (code, signal) => {
      settle();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Calls back when the parent process has ended. npm sends a signal to its shell only, and some shells end
 * without forwarding it: the command would go on and keep its port.
 *
 * @param {() => void} whenGone
 */
function watchParent(whenGone) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    whenGone();
  }, 250);
  return watch;
}

/**
 * Forwards a signal, except Ctrl-C in a terminal: it reaches the whole process group, and a second one
 * would make the command skip its cleanup.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function forward(child, signal) {
  const fromTerminal = process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
  if (!fromTerminal) child.kill(signal);
}

/**
 * Runs a command without output on the terminal: its output goes to a log, and it is killed after a time
 * limit.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, log: string, seconds: number}} options
 * @returns {Promise<boolean>} Whether it ended with exit status 0.
 */
export function runQuietly(file, args, { cwd, env, log, seconds }) {
  return new Promise((resolve) => {
    const output = openSync(log, "a");
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", output, output] });
    closeSync(output);
    // Not spawn's `timeout` option: its timer keeps running when the program is not found.
    const limit = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    const settle = (/** @type {boolean} */ good) => {
      clearTimeout(limit);
      resolve(good);
    };
    child.once("error", (error) => {
      appendFileSync(log, `${error.message}\n`);
      settle(false);
    });
    child.once("close", (code) => settle(code === 0));
  });
}
