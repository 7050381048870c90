import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { writeAtomically } from "../../node/cli/files.ts";
import { askWrangler } from "../deploy/wrangler.ts";

const migrations = join(import.meta.dirname, "../../site/migrations");

/** Names the migrations that the local database has, so that a later start need not ask wrangler. */
const STAMP = "migrations.json";

/**
 * Brings the local database up to date.
 *
 * @param state - the folder of the local state.
 * @throws {UserError} `migration_failed`
 */
export async function applyMigrations(state: string): Promise<void> {
  const wanted = `${JSON.stringify((await readdir(migrations)).sort())}\n`;
  const stamp = join(state, STAMP);
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return;
  const { status, output, errors } = await askWrangler(
    ...["d1", "migrations", "apply", "DB", "--local", "-c", "site/wrangler.toml"],
    `--persist-to=${state}`,
  );
  if (status !== 0) {
    throw new UserError(
      "migration_failed",
      `The local database could not be brought up to date: ${errors || output}`,
    );
  }
  await writeAtomically(stamp, wanted);
}
