import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../../tests/support/free-port.ts";
import { descendantsOf, residentMebibytes } from "../measure/process.ts";

const root = join(import.meta.dirname, "../..");

/** `npm start`, as it runs on any machine. */
export interface StartedService {
  readonly url: string;
  readonly port: number;
  /** MiB in RAM of the workerd that the Worker runs in, of the one before it, and of the rest. */
  memory(): Memory;
  /** What was printed. */
  output(): string;
  stop(): Promise<void>;
}

export interface Memory {
  readonly worker: number;
  readonly proxy: number;
  readonly wrangler: number;
}

/** @param origin - `host:port` that may be fetched from. */
export async function startService(origin: string, state: string): Promise<StartedService> {
  const port = await freePort();
  // The launcher ends what it started when we end, however that comes.
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
  while (!output.includes("Ctrl-C ends it.")) {
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
  const held = descendantsOf(launcher).map(({ pid, name }) => ({ name, mebibytes: resident(pid) }));
  const of = (runtime: boolean) =>
    held.filter(({ name }) => (name === "workerd") === runtime).map(({ mebibytes }) => mebibytes);
  // The one that the Worker runs in has the model.
  const [worker = 0, ...others] = of(true).toSorted((a, b) => b - a);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return { worker, proxy: sum(others), wrangler: sum(of(false)) };
}

function resident(pid: number): number {
  try {
    return residentMebibytes(pid);
  } catch {
    return 0; // It has ended meanwhile.
  }
}
