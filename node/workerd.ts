import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { promisify } from "node:util";

/** The Worker in one workerd process, without wrangler. */
export interface RunningWorkerd {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

interface WorkerdOptions {
  /** The bundle's folder, or a port on the loopback address that serves its files. */
  readonly bundle: string | number;
  /** A port on the loopback address that answers for all public hosts; by default none answers. */
  readonly internet?: number;
  readonly variables?: Readonly<Record<string, string>>;
  /** A Worker to run instead of `worker/index.ts`, which it may wrap. */
  readonly entry?: string;
  /** The folder of another checkout of the project, whose Worker is built instead of this one's. */
  readonly checkout?: string | undefined;
}

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const wrangler = join(require.resolve("wrangler/package.json"), "../bin/wrangler.js");
// The binary that wrangler's miniflare runs.
const workerd: string = createRequire(require.resolve("miniflare"))("workerd").default;

/** A port without a server. */
const DISCARD_PORT = 9;

/**
 * Builds the Worker as for a deployment, and runs it in workerd. wrangler's proxies are left out: they
 * take CPU time, and do not tell the Worker when a client disconnects.
 *
 * @throws {Error} when the build fails, or workerd ends before it serves.
 */
export async function startWorkerd(options: WorkerdOptions): Promise<RunningWorkerd> {
  const folder = await mkdtemp(join(tmpdir(), "edge-caption-workerd-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    await build(folder, options);
    const files = await readdir(folder);
    await writeFile(join(folder, "config.capnp"), await configuration(files, options));
    const runtime = spawn(workerd, ["serve", "config.capnp", "--control-fd=3"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit", "pipe"],
    });
    const port = await listeningPort(runtime);
    const url = `http://127.0.0.1:${port}`;
    await untilServed(url, runtime);
    return {
      url,
      port,
      pid: runtime.pid ?? 0,
      async stop() {
        const ended = once(runtime, "exit");
        // SIGTERM waits for the end of all requests, which a hung one never reaches.
        runtime.kill("SIGKILL");
        await ended;
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function build(folder: string, { entry, checkout = root }: WorkerdOptions): Promise<void> {
  const script = entry === undefined ? [] : [entry];
  const args = [wrangler, "deploy", ...script, "--dry-run", "--env=", `--outdir=${folder}`];
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  await promisify(execFile)(process.execPath, args, { cwd: checkout, env });
}

/** Reads the port from the line of JSON that workerd writes to its control pipe. */
async function listeningPort(runtime: ChildProcess): Promise<number> {
  const control = runtime.stdio[3];
  if (!(control instanceof Readable)) throw new Error("workerd has no control pipe");
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (event === "listen" && port !== undefined) return port;
  }
  throw new Error(`workerd ended before it listened`);
}

async function untilServed(url: string, runtime: ChildProcess): Promise<void> {
  while (runtime.exitCode === null) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`workerd ended with ${runtime.exitCode}`);
}

/** wrangler names the modules that the main one imports by their hash. */
const isImported = /^[0-9a-f]{40}-/;

/**
 * Writes a configuration for workerd (its format: workerd.capnp) with what the Worker needs of
 * wrangler.toml.
 */
async function configuration(
  files: readonly string[],
  { bundle, internet = DISCARD_PORT, variables = {}, checkout = root }: WorkerdOptions,
): Promise<string> {
  // Imported here, as it takes seconds, and commands that import this file also print their help.
  const { unstable_readConfig: readConfig } = await import("wrangler");
  const { compatibility_date, compatibility_flags } = readConfig({
    config: join(checkout, "wrangler.toml"),
  });
  const imported = files.filter((file) => isImported.test(file));
  const main = files.find((file) => file.endsWith(".js") && !isImported.test(file));
  const modules = [
    `(name = "index.js", esModule = embed "${main}")`,
    ...imported.map((file) => `(name = "./${file}", ${kindOf(file)} = embed "${file}")`),
  ];
  const bindings = Object.entries(variables).map(
    ([name, value]) => `(name = "${name}", text = "${value}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  # On the platform JavaScript and WebAssembly share 128 MB; without a limit, V8 would collect garbage
  # later.
  v8Flags = ["--max-old-space-size=64", "--max-semi-space-size=4"],
  services = [
    (name = "main", worker = .captions),
    (name = "bundle", ${typeof bundle === "string" ? `disk = "${bundle}"` : localServer(bundle)}),
    (name = "internet", ${localServer(internet)}),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const captions :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  bindings = [(name = "ASSETS", service = "bundle"), ${bindings.join(", ")}],
  compatibilityDate = "${compatibility_date}",
  compatibilityFlags = [${compatibility_flags.map((flag: string) => `"${flag}"`).join(", ")}],
);
`;
}

function localServer(port: number): string {
  return `external = (address = "127.0.0.1:${port}", http = ())`;
}

function kindOf(file: string): "wasm" | "data" | "text" {
  if (file.endsWith(".wasm")) return "wasm";
  return /\.(?:jpg|onnx)$/.test(file) ? "data" : "text";
}
