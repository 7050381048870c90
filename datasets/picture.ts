import { readFile } from "node:fs/promises";
import { UserError } from "../core/errors.ts";
import { decodeWithSharp } from "../node/sharp.ts";
import type { Picture } from "./dataset.ts";

/**
 * Reads and decodes a picture's file.
 *
 * @throws UserError `unreadable_image`, which names the file.
 */
export async function readPicture(path: string): Promise<Picture> {
  try {
    return await decodeWithSharp(await readFile(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : "unknown reason";
    throw new UserError(
      "unreadable_image",
      `The image ${path} cannot be read (${reason}): mend it or take it out of the data set.`,
      { cause },
    );
  }
}
