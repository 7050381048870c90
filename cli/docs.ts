/**
 * `npm run docs`: writes the generated tables of the guides.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { GENERATED_TABLES, withTables } from "./docs/tables.ts";

const root = dirname(import.meta.dirname);

await runCommand(async () => {
  createCommand(
    "npm run docs --",
    "Writes the tables of the guides whose source is the code: options, settings, limits and problems.",
  ).parse();
  for (const [path, tables] of Object.entries(GENERATED_TABLES)) {
    const guide = await readFile(join(root, path), "utf8");
    const text = withTables(guide, tables);
    if (text === guide) continue;
    await writeAtomically(join(root, path), text);
    process.stdout.write(`${path}: written anew\n`);
  }
});
