import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, manifestFileName, maximumFileBytes } from "../../core/bundle/manifest.ts";
import { checkBundle } from "./bundle.ts";
import { type Finding, ok } from "./finding.ts";
import { describeSizes, sizesOf } from "./script.ts";

/**
 * The bundle, whole and unchanged, and how much of it there is. That no file is larger than a static
 * asset may be, its manifest says; that the files are those, their hashes.
 *
 * @throws UserError as {@link checkBundle}
 */
export async function checkAssets(folder: string): Promise<Finding[]> {
  const manifest = await checkBundle(folder);
  const sizes = await sizesOfFiles(folder, manifest);
  const largest = Math.max(...manifest.files.map(({ bytes }) => bytes));
  const MiB = 1 << 20;
  return [
    ok(`The bundle of ${manifest.name} ${manifest.version} is whole: every hash is right.`),
    ok(
      `Its ${manifest.files.length + 1} files have ${describeSizes(sizes)}; the largest has ${(largest / MiB).toFixed(1)} MiB, ${maximumFileBytes / MiB} MiB may be.`,
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
