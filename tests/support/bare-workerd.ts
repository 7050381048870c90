import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

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

/**
 * Builds the Worker as it is deployed, and runs it without anything of wrangler's between it and its
 * clients: wrangler's proxies do not pass on that one went away.
 *
 * @param folder - an empty one
 * @param bundle - the folder of the bundle that it serves
 * @param internet - a port on the loopback address that answers for the whole internet
 */
export async function startBareService(
  folder: string,
  bundle: string,
  internet: number,
  variables: Readonly<Record<string, string>>,
): Promise<BareService> {
  const build = [wrangler, "deploy", "--dry-run", "--env=", `--outdir=${folder}`];
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
      runtime.kill();
      await once(runtime, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function untilServed(url: string, runtime: ChildProcess): Promise<void> {
  while (runtime.exitCode === null) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`workerd ended with ${runtime.exitCode}`);
}

interface Configuration {
  readonly bundle: string;
  readonly internet: number;
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** See workerd.capnp: what wrangler.toml says, as far as the Worker needs it. */
function configure(files: readonly string[], given: Configuration): string {
  // wrangler gives the modules that the main one imports names that begin with their hash.
  const imported = files.filter((file) => /^[0-9a-f]{40}-/.test(file));
  const modules = [
    `(name = "index.js", esModule = embed "index.js")`,
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
    (name = "bundle", disk = "${given.bundle}"),
    (name = "internet", external = (address = "127.0.0.1:${given.internet}", http = ())),
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

function kindOf(file: string): "wasm" | "data" | "text" {
  if (file.endsWith(".wasm")) return "wasm";
  return file.endsWith(".jpg") ? "data" : "text";
}
