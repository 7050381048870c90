import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GENERATED_TABLES, withTables } from "../../cli/docs/tables.ts";

test.each(Object.entries(GENERATED_TABLES))("the tables of %s are up to date", (path, tables) => {
  const guide = readFileSync(join(import.meta.dirname, "../..", path), "utf8");
  expect(withTables(guide, tables), "run `npm run docs`").toBe(guide);
});

test("every row of the generated tables has an explanation", () => {
  // Their last column may be empty.
  const exempt = ["findings", "noticed-bounds"];
  const rows = Object.values(GENERATED_TABLES)
    .flatMap((group) => Object.entries(group))
    .filter(([name]) => !exempt.includes(name))
    .flatMap(([, table]) => table().split("\n"));
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => row.endsWith("|  |"))).toEqual([]);
});

test("a guide without the place of a table is an error", () => {
  expect(() => withTables("# Training", { options: () => "" })).toThrow(/no place.*options/);
});

test("a place for an unknown table is an error", () => {
  const guide = "<!-- generated: options -->\n\n<!-- end: options -->\n";
  expect(() => withTables(guide, {})).toThrow(/unknown table: options/);
});
