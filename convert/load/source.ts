import { UserError } from "../../core/errors.ts";
import { isOutOfMemory } from "../memory.ts";

/** A `model.json` and the files that it names, on a disk or on the web. */
export interface ModelSource {
  /** The name that the user gave. */
  readonly name: string;
  /** Reads the `model.json`. */
  readJson(): Promise<Uint8Array>;
  /** Reads a file that `model.json` names, relative to it. */
  readFile(path: string): Promise<Uint8Array>;
}

/** Returns the source for a path or an `http(s)` address. */
export function modelSource(input: string): ModelSource {
  return /^https?:\/\//.test(input) ? fromUrl(input) : fromDisk(input);
}

function fromDisk(path: string): ModelSource {
  const folder = /^(?<folder>.*[/\\])?/s.exec(path)?.groups?.folder ?? "";
  return {
    name: path,
    readJson: () => readLocal(path),
    readFile: (relative) => readLocal(`${folder}${relative}`),
  };
}

async function readLocal(path: string): Promise<Uint8Array> {
  try {
    // Imported on demand, so that browsers can load this module.
    const { readFile } = await import("node:fs/promises");
    return await readFile(path);
  } catch (cause) {
    if (isOutOfMemory(cause)) throw cause;
    throw new UserError("file_missing", `Cannot read ${path}: ${reasonOf(cause)}.`, { cause });
  }
}

/** Shortens `ENOENT: no such file or directory, open 'x'` to its reason. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replace(/^[A-Z]+: /, "").replace(/, \w+ '.*$|, read$/, "");
}

/**
 * Returns the source for an address. Requests every shard with the query of that address (a signature,
 * for example), as tfjs does.
 */
function fromUrl(url: string): ModelSource {
  const base = new URL(url);
  return {
    name: url,
    readJson: () => download(base),
    readFile: (relative) => {
      const file = new URL(relative, base);
      file.search ||= base.search;
      return download(file);
    },
  };
}

async function download(url: URL): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new UserError("file_missing", `Cannot reach ${url.href}.`, { cause });
  }
  if (!response.ok) {
    throw new UserError("file_missing", `${url.href} answers ${response.status}.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
