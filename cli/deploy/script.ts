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
 * The largest script: https://developers.cloudflare.com/workers/platform/limits/#worker-size, as it
 * stood in November 2026. Until that year it was the compressed size that counted, on Workers Paid
 * at most 10 MB.
 */
export const maximumScript = { bytes: 64 * MiB, compressedBytes: 10_000_000 } as const;

const compress = promisify(gzip);

export interface Sizes {
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Sizes of a file, whole and compressed with gzip. */
export async function sizesOf(content: Uint8Array): Promise<Sizes> {
  return { bytes: content.byteLength, compressedBytes: (await compress(content)).byteLength };
}

/** `16.7 MiB, 4.5 MiB compressed` */
export function describeSizes({ bytes, compressedBytes }: Sizes): string {
  return `${(bytes / MiB).toFixed(1)} MiB, ${(compressedBytes / MiB).toFixed(1)} MiB compressed`;
}

/**
 * Builds what would be sent, as `wrangler deploy --dry-run` does, and holds it to the limits.
 *
 * @throws UserError `build_failed`
 */
export async function checkScript(
  wrangler: Wrangler,
  environment: string,
  others: readonly string[],
): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), "edge-caption-deploy-"));
  try {
    const args = ["deploy", "--dry-run", "--outdir", folder, "--env", environment, ...others];
    const { status, output, errors } = await wrangler(...args);
    if (status !== 0) {
      process.stderr.write(output + errors);
      throw new UserError("build_failed", "wrangler could not build the Worker: see above.");
    }
    return judge(await sizesOfAll(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What is uploaded of a build: not its readme, and not its source maps, which count apart. */
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

export function judge(sizes: Sizes): Finding[] {
  const text = `The script has ${describeSizes(sizes)}`;
  const most = `${maximumScript.bytes / MiB} MiB may be`;
  if (sizes.bytes > maximumScript.bytes) return [fix(`${text}: ${most}. Import less.`)];
  if (sizes.compressedBytes <= maximumScript.compressedBytes) return [ok(`${text}; ${most}.`)];
  return [
    ok(`${text}; ${most}.`),
    note("Where the limit of 10 MB compressed still holds, it will be refused."),
  ];
}
