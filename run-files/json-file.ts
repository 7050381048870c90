import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { z } from "zod";
import { firstIssue, UserError } from "../core/errors.ts";

/**
 * Reads a JSON file of a run's folder.
 *
 * @throws {UserError} `run_invalid` when the file is missing, is not JSON or does not fit the schema.
 */
export async function readRunFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parseJson(path, await readText(path)));
  if (parsed.success) return parsed.data;
  const { place, message } = firstIssue(parsed.error);
  throw damaged(path, `at "${place}": ${message}`);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UserError(
      "run_invalid",
      `The run ${dirname(path)} has no readable ${basename(path)}: restore the file, or train the run again.`,
      { cause },
    );
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(path, "(it is not JSON)", cause);
  }
}

function damaged(path: string, where: string, cause?: unknown): UserError {
  return new UserError(
    "run_invalid",
    `${path} is damaged ${where}: restore the file, or train the run again.`,
    { cause },
  );
}
