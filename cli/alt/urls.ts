import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Added, SiteClient } from "../../client/index.ts";
import { MAXIMUM_URLS } from "../../core/api/site.ts";
import { UserError } from "../../core/errors.ts";
import { startProgress } from "../../node/cli/progress.ts";
import { systemErrorText } from "../../node/cli/system-errors.ts";

/**
 * Reads URLs from a file, one a line; `-` is standard input. Empty lines and those that begin with # are
 * left out.
 *
 * @throws {UserError} `unreadable_file`
 */
export async function readUrlFile(path: string): Promise<string[]> {
  const lines = (await read(path)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

async function read(path: string): Promise<string> {
  if (path === "-") return text(process.stdin);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const reason = `${path} cannot be read: ${systemErrorText(cause)}.`;
    throw new UserError("unreadable_file", reason, { cause });
  }
}

/** Queues images by their URLs, in requests of at most 200. */
export async function addUrls(client: SiteClient, urls: readonly string[]): Promise<Added> {
  const refused: Added["refused"] = [];
  let added = 0;
  const progress = startProgress("Queueing", urls.length, "images");
  try {
    for (let index = 0; index < urls.length; index += MAXIMUM_URLS) {
      const answer = await client.addUrls(urls.slice(index, index + MAXIMUM_URLS));
      added += answer.added;
      refused.push(...answer.refused);
      progress.update(Math.min(index + MAXIMUM_URLS, urls.length));
    }
  } finally {
    progress.stop();
  }
  return { added, refused };
}
