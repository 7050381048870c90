import { join, resolve } from "node:path";
import { startWorkerd } from "../node/workerd.ts";
import type { InputShape } from "./inputs.ts";
import { cpuMilliseconds, hasProcessCounts, mainThreadMilliseconds } from "./measure/process.ts";
import { CannotRun } from "./part.ts";

/** A step of captioning that the bench's Worker can run by itself. */
export type StepName = "decode" | "prepare" | "encode" | "caption";

/** The Worker with the bench's routes, in a separate workerd process. */
export interface MeasuredService extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** CPU time of workerd since it started, in milliseconds, with all its threads. */
  cpu(): number;
  /** CPU time of the thread that runs the Worker, without V8's other threads. */
  mainCpu(): number;
  /** Size of ONNX Runtime's heap in bytes. */
  heapBytes(): Promise<number>;
  /** Captions an image with `POST /caption`. */
  caption(image: Uint8Array<ArrayBuffer>): Promise<string>;
  /** Runs one step of captioning several times in one request. */
  step(name: StepName, image: Uint8Array<ArrayBuffer>, repeat: number): Promise<void>;
  /** Loads another ONNX graph into the Worker's ONNX Runtime. */
  loadGraph(model: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Runs that graph several times in one request. */
  runGraph(inputs: readonly InputShape[], repeat: number): Promise<void>;
}

const ENTRY = "bench/worker/index.ts";
const root = join(import.meta.dirname, "..");

/**
 * Builds the Worker with the bench's routes and starts it; the model is not loaded yet.
 *
 * @param bundle - the bundle's folder.
 * @param checkout - another checkout of the project, whose Worker is built instead of this one's.
 * @throws {CannotRun} when the system has no `/proc`.
 */
export async function startMeasured(
  bundle: string,
  checkout: string = root,
): Promise<MeasuredService> {
  if (!hasProcessCounts()) throw new CannotRun("CPU time is read from /proc, which only Linux has");
  const workerd = await startWorkerd({ entry: ENTRY, checkout, bundle: resolve(bundle) });
  const { url, pid } = workerd;

  async function post(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    return expectOk(await fetch(`${url}${path}`, { method: "POST", body }));
  }

  return {
    url,
    pid,
    cpu: () => cpuMilliseconds(pid),
    mainCpu: () => mainThreadMilliseconds(pid),
    async heapBytes() {
      const response = await expectOk(await fetch(`${url}/bench/memory`));
      return ((await response.json()) as { bytes: number }).bytes;
    },
    async caption(image) {
      const response = await post("/caption", image);
      return ((await response.json()) as { caption: string }).caption;
    },
    async step(name, image, repeat) {
      await post(`/bench/${name}?repeat=${repeat}`, image);
    },
    async loadGraph(model) {
      await post("/bench/graph", model);
    },
    async runGraph(inputs, repeat) {
      await post(`/bench/graph/run?repeat=${repeat}`, JSON.stringify(inputs));
    },
    [Symbol.asyncDispose]: workerd.stop,
  };
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}
