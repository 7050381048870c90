import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "../../core/bundle/manifest.ts";
import { readManifest } from "../../core/bundle/read.ts";
import { UserError } from "../../core/errors.ts";
import { systemErrorText } from "../../node/cli/system-errors.ts";

/**
 * Checks the size and the hash of each file of a bundle. The Worker checks sizes only, so a bundle that is
 * replaced in part would caption wrongly.
 *
 * @throws {UserError} `unreadable_file`, `invalid_manifest`, `invalid_bundle`
 */
export async function checkBundle(folder: string): Promise<Manifest> {
  const manifest = await readManifest((name) => read(join(folder, name)));
  for (const file of manifest.files) {
    const bytes = await read(join(folder, file.path));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (bytes.byteLength === file.bytes && sha256 === file.sha256) continue;
    throw new UserError(
      "invalid_bundle",
      `${join(folder, file.path)} does not match the manifest: convert the run again.`,
    );
  }
  return manifest;
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new UserError("unreadable_file", `${path} cannot be read: ${systemErrorText(cause)}.`, {
      cause,
    });
  }
}
