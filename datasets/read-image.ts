import { readFile } from "node:fs/promises";
import { UserError } from "../core/errors.ts";
import { decodeWithSharp } from "../node/sharp.ts";
import type { OrientedImage } from "./dataset.ts";

/**
 * Reads and decodes an image's file.
 *
 * @throws {UserError} `unreadable_image`, which names the file.
 */
export async function readImage(path: string): Promise<OrientedImage> {
  try {
    return await decodeWithSharp(await readFile(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : "unknown reason";
    throw new UserError(
      "unreadable_image",
      `The image ${path} cannot be read (${reason}): repair it or remove it from the data set.`,
      { cause },
    );
  }
}
