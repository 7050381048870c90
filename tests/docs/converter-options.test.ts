import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { commandSchema } from "../../convert/command.ts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/converter.md"), "utf8");

/** The table's row of an option, as the schema has it. */
function expectedRow([key, field]: [string, z.ZodType]): string {
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const value = field instanceof z.ZodDefault ? field.def.defaultValue : false;
  const shown = value === false ? "" : String(value);
  // A bar would end the cell.
  return `| \`${flag}\` | ${shown} | ${(field.description ?? "").replaceAll("|", "\\|")} |`;
}

test("the converter's guide lists every option of the command with its default", () => {
  const rows = guide.split("\n").filter((line) => line.startsWith("| `--"));
  const options = Object.entries(commandSchema.shape) as [string, z.ZodType][];
  expect(rows).toEqual(options.map(expectedRow));
});
