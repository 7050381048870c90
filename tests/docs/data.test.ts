import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatNames } from "../../datasets/formats/index.ts";
import { COLUMN_NAMES } from "../../datasets/formats/table-columns.ts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");

/** The rows of the table whose heading row begins so, without headings. */
function rowsUnder(heading: string): string[] {
  const lines = guide.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  const rest = lines.slice(start + 2);
  return rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith("|")),
  );
}

describe("the guide to data", () => {
  test("lists every layout, in the order in which they are recognised", () => {
    const named = rowsUnder("| `--format`").map(
      (row) => /^\| `(?<name>[^`]+)`/.exec(row)?.groups?.name,
    );
    expect(named).toEqual(formatNames);
  });

  test("lists every name of a column", () => {
    const [image = "", caption = "", split = ""] = rowsUnder("| column |");
    const names = (row: string) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    expect(names(image)).toEqual([...COLUMN_NAMES.image]);
    expect(names(caption).slice(0, -1)).toEqual([...COLUMN_NAMES.caption]);
    expect(names(split).slice(0, COLUMN_NAMES.split.length)).toEqual([...COLUMN_NAMES.split]);
  });
});
