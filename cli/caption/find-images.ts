import { glob, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { isUrl } from "./read-image.ts";

/** Extensions of the files that are taken from a folder. A file that is named itself may have any. */
const EXTENSION = /\.(jpe?g|png|webp|gif|avif)$/i;

/**
 * Lists the images that an argument names: a URL, a file, a folder with all its subfolders, or a glob.
 * Files of folders and globs come in alphabetical order, without hidden ones.
 *
 * @throws {UserError} `unreadable_file` when there is no such file, `unsupported_url` for a URL that is not
 *   http(s), `no_images` when a folder or glob has no images.
 */
export async function findImages(argument: string): Promise<string[]> {
  if (isUrl(argument)) return [argument];
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(argument)) {
    throw new UserError("unsupported_url", `${argument}: only http and https URLs can be read.`);
  }
  const found = await stat(argument).catch(() => undefined);
  if (found?.isDirectory()) return nonEmpty(await imagesInFolder(argument), argument);
  if (found) return [argument];
  if (!/[*?[{]/.test(argument)) {
    throw new UserError("unreadable_file", `${argument}: there is no such file or folder.`);
  }
  const matches: string[] = [];
  for await (const match of glob(argument)) matches.push(match);
  if (matches.length === 0) {
    throw new UserError("no_images", `${argument}: no file matches this pattern.`);
  }
  const images = await Promise.all(matches.sort().map(imagesAt));
  return nonEmpty(images.flat(), argument);
}

async function imagesAt(path: string): Promise<string[]> {
  if ((await stat(path)).isDirectory()) return imagesInFolder(path);
  return EXTENSION.test(path) ? [path] : [];
}

async function imagesInFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((entry) => EXTENSION.test(entry) && !/(^|[\\/])\./.test(entry))
    .sort()
    .map((entry) => join(folder, entry));
}

function nonEmpty(images: string[], argument: string): string[] {
  if (images.length > 0) return images;
  throw new UserError("no_images", `${argument}: no JPEG, PNG, WebP, GIF or AVIF files there.`);
}
