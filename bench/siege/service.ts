import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../tests/support/free-port.ts";
import { residentMebibytes } from "../measure/process.ts";

const root = join(import.meta.dirname, "../..");

/** `npm start`, as it runs on any machine. */
export interface StartedService {
  readonly url: string;
  readonly port: number;
  /** MiB in RAM of the workerd that the Worker runs in, of the one before it, and of wrangler. */
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
  const args = [
    "cli/start.ts",
    `--port=${port}`,
    `--persist-to=${state}`,
    `--var=PRIVATE_HOSTS:${origin}`,
  ];
  const child = spawn(process.execPath, args, { cwd: root, detached: true });
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
      process.kill(-(child.pid ?? 0), "SIGINT");
      await once(child, "exit");
    },
  };
}

interface Process {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
}

function memoryOf(start: number): Memory {
  const all = processes();
  const family = new Set([start]);
  for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  const runtimes = all.filter(({ pid, name }) => family.has(pid) && name === "workerd");
  // The one that the Worker runs in has the model.
  const [worker = 0, ...others] = runtimes
    .map(({ pid }) => residentMebibytes(pid))
    .sort((a, b) => b - a);
  const runtimePids = new Set(runtimes.map(({ pid }) => pid));
  const rest = [...family].filter((pid) => pid !== start && !runtimePids.has(pid));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return { worker, proxy: sum(others), wrangler: sum(rest.map(residentMebibytes)) };
}

/** All processes, parents before their children. */
function processes(): Process[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
        const [, name = "", parent = ""] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
        return [{ pid: Number(entry), name, parent: Number(parent) }];
      } catch {
        return []; // It has ended meanwhile.
      }
    })
    .sort((a, b) => a.pid - b.pid);
}
