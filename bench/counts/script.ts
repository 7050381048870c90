import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "../..");

/** Bytes of the Worker's script as it is uploaded: its JavaScript and its WebAssembly. */
interface ScriptCounts {
  readonly scriptBytes: number;
  readonly scriptGzipBytes: number;
}

/** Builds the Worker with wrangler, as for a deployment, and returns the size of the result. */
export async function countScript(): Promise<ScriptCounts> {
  const folder = await mkdtemp(join(tmpdir(), "edge-caption-script-"));
  try {
    const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
    await promisify(execFile)(
      process.execPath,
      [wrangler, "deploy", "--dry-run", "--outdir", folder],
      { cwd: root, env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
    );
    const names = (await readdir(folder)).filter((name) => !/\.map$|^README/.test(name));
    const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return {
      scriptBytes: sum(files.map(({ byteLength }) => byteLength)),
      scriptGzipBytes: sum(files.map((file) => gzipSync(file).byteLength)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
