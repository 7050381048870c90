import { join } from "node:path";
import { type Service, type ServiceOptions, startService } from "../tests/support/service.ts";
import type { InputShape } from "./graphs/inputs.ts";
import { childrenNamed, cpuMilliseconds, hasProcessCounts } from "./measure/process.ts";
import { serveBytes } from "./measure/serve.ts";
import { CannotRun } from "./part.ts";

/** The Worker in a workerd of its own, which the operating system can be asked about. */
export interface MeasuredService extends Service {
  readonly pid: number;
  /** Milliseconds of CPU of all of workerd from its start. */
  cpu(): number;
  /** Bytes of ONNX Runtime's memory. */
  memoryBytes(): Promise<number>;
  /** Captions a picture; gives the caption. */
  caption(picture: Uint8Array<ArrayBuffer>, query?: string): Promise<string>;
  /** Does one step of captioning several times. */
  step(name: StepName, picture: Uint8Array<ArrayBuffer>, repeat: number): Promise<void>;
  /** Loads another graph into the Worker's ONNX Runtime. */
  loadGraph(model: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Runs it several times. */
  runGraph(inputs: readonly InputShape[], repeat: number): Promise<void>;
}

export type StepName = "load" | "decode" | "prepare" | "encode" | "caption";

const entry = join(import.meta.dirname, "worker/index.ts");

/** Starts the Worker with the bench's doors, nothing loaded yet. */
export async function startMeasured(
  bundle: string,
  options: ServiceOptions = {},
): Promise<MeasuredService> {
  if (!hasProcessCounts()) throw new CannotRun("CPU time is read from /proc, which is Linux's");
  const others = new Set(childrenNamed("workerd"));
  // Measuring is no reason to refuse: larger pictures and more at once than a deployment admits.
  const variables = { MAX_PIXELS: "20000000", MAX_BYTES: "20000000", ...options.variables };
  const service = await startService({ ...options, entry, bundle, variables });
  await expectOk(await fetch(`${service.url}/health`));
  const started = childrenNamed("workerd").filter((candidate) => !others.has(candidate));
  const pid = await busiest(started, `${service.url}/bench/busy`);
  return {
    ...service,
    pid,
    cpu: () => cpuMilliseconds(pid),
    async memoryBytes() {
      const response = await expectOk(await fetch(`${service.url}/bench/memory`));
      return ((await response.json()) as { bytes: number }).bytes;
    },
    async caption(picture, query = "") {
      const request = { method: "POST", body: picture };
      const response = await expectOk(await fetch(`${service.url}/caption${query}`, request));
      return ((await response.json()) as { caption: string }).caption;
    },
    async step(name, picture, repeat) {
      const request = { method: "POST", body: picture };
      await expectOk(await fetch(`${service.url}/bench/${name}?repeat=${repeat}`, request));
    },
    async loadGraph(model) {
      // As a request's body, tens of megabytes would not come through.
      const served = await serveBytes(model, "application/octet-stream");
      const url = encodeURIComponent(`http://${served.host}/`);
      try {
        await expectOk(await fetch(`${service.url}/bench/graph?url=${url}`));
      } finally {
        served.close();
      }
    },
    async runGraph(inputs, repeat) {
      const request = { method: "POST", body: JSON.stringify(inputs) };
      await expectOk(await fetch(`${service.url}/bench/graph/run?repeat=${repeat}`, request));
    },
  };
}

/** wrangler starts two workerd, one that passes requests on and one that the Worker runs in. */
async function busiest(pids: readonly number[], url: string): Promise<number> {
  const before = pids.map(cpuMilliseconds);
  await expectOk(await fetch(url));
  const spent = pids.map((pid, index) => cpuMilliseconds(pid) - (before[index] ?? 0));
  const pid = pids[spent.indexOf(Math.max(...spent))];
  if (pid === undefined) throw new CannotRun("workerd is not found among this process's children");
  return pid;
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}
