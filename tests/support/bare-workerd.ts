import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";

/** The Worker in the runtime itself. */
export interface BareService {
  readonly port: number;
  /** Of the one process that it runs in. */
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);
const wrangler = join(require.resolve("wrangler/package.json"), "../bin/wrangler.js");
// The binary that wrangler's miniflare runs.
const workerd: string = createRequire(require.resolve("miniflare"))("workerd").default;

export interface BareOptions {
  /** The folder of the bundle that it serves, or a port on the loopback address that has its files. */
  readonly bundle: string | number;
  /** A port on the loopback address that answers for the whole internet; without one, there is none. */
  readonly internet?: number;
  readonly variables?: Readonly<Record<string, string>>;
  /** A Worker around the Worker, instead of it. */
  readonly entry?: string;
}

/** Nobody listens there. */
const discardPort = 9;

/**
 * Builds the Worker as it is deployed, and runs it without anything of wrangler's between it and its
 * clients: wrangler's proxies do not pass on that one went away.
 *
 * @param folder - an empty one
 */
export async function startBareService(
  folder: string,
  { bundle, internet = discardPort, variables = {}, entry }: BareOptions,
): Promise<BareService> {
  const script = entry === undefined ? [] : [entry];
  const build = [wrangler, "deploy", ...script, "--dry-run", "--env=", `--outdir=${folder}`];
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  await promisify(execFile)(process.execPath, build, { cwd: root, env });
  const port = await freePort();
  const configuration = configure(await readdir(folder), { bundle, internet, port, variables });
  await writeFile(join(folder, "config.capnp"), configuration);
  const runtime = spawn(workerd, ["serve", "config.capnp"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilServed(url, runtime);
  return {
    port,
    pid: runtime.pid ?? 0,
    url,
    async stop() {
      // A gentler signal is heeded when all requests have ended: never, where one hangs.
      runtime.kill("SIGKILL");
      await once(runtime, "exit");
    },
  };
}

async function untilServed(url: string, runtime: ChildProcess): Promise<void> {
  while (runtime.exitCode === null) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`workerd ended with ${runtime.exitCode}`);
}

interface Configuration extends Required<Omit<BareOptions, "entry">> {
  readonly port: number;
}

/** wrangler gives the modules that the main one imports names that begin with their hash. */
const isImported = /^[0-9a-f]{40}-/;

/** See workerd.capnp: what wrangler.toml says, as far as the Worker needs it. */
function configure(files: readonly string[], given: Configuration): string {
  const imported = files.filter((file) => isImported.test(file));
  const main = files.find((file) => file.endsWith(".js") && !isImported.test(file));
  const modules = [
    `(name = "index.js", esModule = embed "${main}")`,
    ...imported.map((file) => `(name = "./${file}", ${kindOf(file)} = embed "${file}")`),
  ];
  const bindings = Object.entries(given.variables).map(
    ([name, value]) => `(name = "${name}", text = "${value}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  # On the platform, JavaScript and WebAssembly share 128 MB; here, V8 would let garbage lie.
  v8Flags = ["--max-old-space-size=64", "--max-semi-space-size=4"],
  services = [
    (name = "main", worker = .captions),
    (name = "bundle", ${typeof given.bundle === "string" ? `disk = "${given.bundle}"` : at(given.bundle)}),
    (name = "internet", ${at(given.internet)}),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${given.port}", http = (), service = "main")],
);
const captions :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  bindings = [(name = "ASSETS", service = "bundle"), ${bindings.join(", ")}],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["enable_request_signal"],
);
`;
}

/** A server on this machine. */
function at(port: number): string {
  return `external = (address = "127.0.0.1:${port}", http = ())`;
}

function kindOf(file: string): "wasm" | "data" | "text" {
  if (file.endsWith(".wasm")) return "wasm";
  return file.endsWith(".jpg") ? "data" : "text";
}
