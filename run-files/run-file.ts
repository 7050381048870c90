import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { UserError } from "../core/errors.ts";

/**
 * Reads a JSON file that training wrote into a run's folder.
 *
 * @throws UserError `run_invalid` where it is missing, or not what training writes.
 */
export async function readRunFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new UserError(
      "run_invalid",
      `${path} is missing or damaged: bring it back, or train the run again.`,
      { cause },
    );
  }
}
