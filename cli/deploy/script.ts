import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { UserError } from "../../core/errors.ts";
import { type Finding, fix, note, ok } from "./finding.ts";
import type { Wrangler } from "./wrangler.ts";

const MiB = 1 << 20;

/**
 * Limits of a script: https://developers.cloudflare.com/workers/platform/limits/#worker-size in November
 * 2026. Until that year Workers Paid limited the compressed size, to 10 MB.
 */
const MAX_SCRIPT = { bytes: 64 * MiB, compressedBytes: 10_000_000 } as const;

const compress = promisify(gzip);

interface Sizes {
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Returns the size of a file, and its size after gzip. */
export async function sizesOf(content: Uint8Array): Promise<Sizes> {
  return { bytes: content.byteLength, compressedBytes: (await compress(content)).byteLength };
}

/** Formats sizes like `16.7 MiB, 4.5 MiB compressed`. */
export function describeSizes({ bytes, compressedBytes }: Sizes): string {
  return `${(bytes / MiB).toFixed(1)} MiB, ${(compressedBytes / MiB).toFixed(1)} MiB compressed`;
}

/**
 * Builds a Worker as `wrangler deploy --dry-run` does, and compares its size with the limits.
 *
 * @param which - arguments that name the Worker's configuration and environment.
 * @throws {UserError} `build_failed`
 */
export async function checkScript(
  wrangler: Wrangler,
  ...which: readonly string[]
): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), "edge-caption-deploy-"));
  try {
    const args = ["deploy", "--dry-run", "--outdir", folder, ...which];
    const { status, output, errors } = await wrangler(...args);
    if (status !== 0) {
      process.stderr.write(output + errors);
      throw new UserError("build_failed", "wrangler could not build the Worker: see above.");
    }
    return judgeScript(await sizesOfAll(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Sums up a build's files, without its readme and its source maps, which count separately. */
async function sizesOfAll(folder: string): Promise<Sizes> {
  const names = (await readdir(folder)).filter((name) => !/\.(md|map)$/.test(name));
  const total = { bytes: 0, compressedBytes: 0 };
  for (const name of names) {
    const sizes = await sizesOf(await readFile(join(folder, name)));
    total.bytes += sizes.bytes;
    total.compressedBytes += sizes.compressedBytes;
  }
  return total;
}

/** Compares the script's size with the limits. */
export function judgeScript(sizes: Sizes): Finding[] {
  const text = `The script has ${describeSizes(sizes)}`;
  const limit = `limit ${MAX_SCRIPT.bytes / MiB} MiB`;
  if (sizes.bytes > MAX_SCRIPT.bytes) return [fix(`${text} (${limit}): import less.`)];
  if (sizes.compressedBytes <= MAX_SCRIPT.compressedBytes) return [ok(`${text} (${limit}).`)];
  return [
    ok(`${text} (${limit}).`),
    note("Accounts that still have the limit of 10 MB compressed will refuse it."),
  ];
}
