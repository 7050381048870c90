import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { syntheticDefaults, trainOptionsSchema } from "../../run-files/options.ts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/training.md"), "utf8");

/** The table's row of an option, as the schema has it. */
function expectedRow([key, field]: [string, z.ZodType]): string {
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const usual = field instanceof z.ZodDefault ? String(field.def.defaultValue) : "";
  const synthetic = Object.entries(syntheticDefaults).find(([name]) => name === key)?.[1] ?? "";
  return `| \`${flag}\` | ${usual} | ${synthetic} | ${field.description ?? ""} |`;
}

test("the training guide lists every option with the defaults that it has", () => {
  const rows = guide.split("\n").filter((line) => line.startsWith("| `--"));
  const options = Object.entries(trainOptionsSchema.shape) as [string, z.ZodType][];
  expect(rows.toSorted()).toEqual(options.map(expectedRow).toSorted());
});
