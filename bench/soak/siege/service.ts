import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../../../node/free-port.ts";
import { descendantsOf, residentMebibytes } from "../../measure/process.ts";

const root = join(import.meta.dirname, "../../..");

/** A running `npm start`. */
interface StartedService {
  readonly url: string;
  readonly port: number;
  memory(): Memory;
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Resident memory in MiB. */
export interface Memory {
  /** The workerd that the Worker runs in. */
  readonly worker: number;
  /** The workerd of wrangler's proxy. */
  readonly proxy: number;
  /** The Node processes: wrangler and the launcher. */
  readonly wrangler: number;
}

/**
 * Starts the service as `npm start` does.
 *
 * @param origin - `host:port` that the service may fetch from.
 * @param state - a folder for wrangler's state.
 * @throws {Error} when it ends before it serves; the message has its output.
 */
export async function startService(origin: string, state: string): Promise<StartedService> {
  const port = await freePort();
  // The launcher stops its children when this process ends in any way.
  const args = [
    "toolchain/run.js",
    "start",
    `--port=${port}`,
    `--persist-to=${state}`,
    `--var=PRIVATE_HOSTS:${origin}`,
  ];
  const child = spawn(process.execPath, args, { cwd: root });
  let output = "";
  const take = (data: Buffer) => (output += data);
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const url = `http://127.0.0.1:${port}`;
  while (!output.includes("Ctrl-C")) {
    if (child.exitCode !== null) throw new Error(`npm start ended: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    port,
    memory: () => memoryOf(child.pid ?? 0),
    output: () => output,
    async stop() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

function memoryOf(launcher: number): Memory {
  const processes = descendantsOf(launcher);
  const residents = (isWorkerd: boolean) =>
    processes
      .filter(({ name }) => (name === "workerd") === isWorkerd)
      .map(({ pid }) => resident(pid));
  // The larger workerd holds the model.
  const [worker = 0, ...others] = residents(true).toSorted((a, b) => b - a);
  return { worker, proxy: sum(others), wrangler: sum(residents(false)) };
}

function resident(pid: number): number {
  try {
    return residentMebibytes(pid);
  } catch {
    return 0; // The process has ended.
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
