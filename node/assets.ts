import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type BrowserFile,
  browserFilesName,
  browserFilesSchema,
  browserFolder,
} from "../core/api/browser-index.ts";
import { browserFiles } from "./browser-files.ts";
import { writeAtomically } from "./cli/files.ts";
import { releasedModel } from "./released-model.ts";

/** The folder of the Worker's static assets, as wrangler.toml names it. */
export const assetsFolder = join(import.meta.dirname, "../.assets");

/** Kept in Git, so that the folder is there. */
const KEPT = ".assetsignore";

/**
 * Fills the folder of the static assets: the model under its own names, and the browser's files in a
 * folder of their own, with a list. Files that are right already are not touched, so that several
 * processes can do this at once.
 */
export async function writeAssets(): Promise<void> {
  const wanted = new Map<string, Uint8Array>();
  for (const name of await readdir(releasedModel)) {
    wanted.set(name, await readFile(join(releasedModel, name)));
  }
  const listed: BrowserFile[] = [];
  for (const { role, name, content } of await browserFiles()) {
    const sha256 = createHash("sha256").update(content).digest("hex");
    listed.push({ role, path: name, bytes: content.byteLength, sha256 });
    wanted.set(`${browserFolder}/${name}`, content);
  }
  const list = JSON.stringify(browserFilesSchema.parse(listed), null, 2);
  wanted.set(browserFilesName, Buffer.from(`${list}\n`));
  for (const [path, content] of wanted) await writeIfOther(join(assetsFolder, path), content);
  await removeOthers(wanted);
}

async function writeIfOther(path: string, content: Uint8Array): Promise<void> {
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(content)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, content);
}

async function removeOthers(wanted: ReadonlyMap<string, unknown>): Promise<void> {
  const entries = await readdir(assetsFolder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    // Another process may be writing a partial file, and removes it itself.
    if (!entry.isFile() || entry.name === KEPT || entry.name.endsWith(".partial")) continue;
    const path = join(entry.parentPath, entry.name);
    if (!wanted.has(path.slice(assetsFolder.length + 1))) await rm(path, { force: true });
  }
}
