import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, manifestFileName, maximumFileBytes } from "../../core/bundle/manifest.ts";
import { checkBundle } from "./bundle.ts";
import { type Finding, ok } from "./finding.ts";
import { describeSizes, sizesOf } from "./script.ts";

/**
 * Checks the bundle's files by their hashes, and reports their sizes. The manifest's schema limits the
 * size of a file to that of a static asset.
 *
 * @throws {UserError} the codes of {@link checkBundle}
 */
export async function checkAssets(folder: string): Promise<Finding[]> {
  const manifest = await checkBundle(folder);
  const sizes = await sizesOfFiles(folder, manifest);
  const largest = Math.max(...manifest.files.map(({ bytes }) => bytes));
  const MiB = 1 << 20;
  return [
    ok(`The bundle of ${manifest.name} ${manifest.version} is complete: all hashes match.`),
    ok(
      `Its ${manifest.files.length + 1} files have ${describeSizes(sizes)}; the largest has ${(largest / MiB).toFixed(1)} MiB (limit ${maximumFileBytes / MiB} MiB).`,
    ),
  ];
}

async function sizesOfFiles(folder: string, { files }: Manifest) {
  const total = { bytes: 0, compressedBytes: 0 };
  for (const path of [manifestFileName, ...files.map((file) => file.path)]) {
    const sizes = await sizesOf(await readFile(join(folder, path)));
    total.bytes += sizes.bytes;
    total.compressedBytes += sizes.compressedBytes;
  }
  return total;
}
