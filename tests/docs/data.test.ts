import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { formatNames } from "../../datasets/formats/index.ts";
import { COLUMN_NAMES } from "../../datasets/formats/table-columns.ts";
import { FINDING_KINDS } from "../../datasets/inspect/findings/kinds.ts";
import { inspectionSchema } from "../../datasets/inspect/inspection.ts";
import { inspectOptionsSchema, NOTICED } from "../../datasets/inspect/options.ts";
import { cleaningOptions } from "../../datasets/options.ts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");

/** The rows of the table under a header that begins so, without the header. */
function rowsUnder(header: string): string[] {
  const lines = guide.split("\n");
  const start = lines.findIndex((line) => line.startsWith(header));
  const rest = lines.slice(start + 2);
  return rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith("|")),
  );
}

function optionRow([key, field]: [string, z.ZodType]): string {
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const usual = field instanceof z.ZodDefault ? String(field.def.defaultValue) : "";
  return `| \`${flag}\` | ${usual} | ${field.description ?? ""} |`;
}

describe("the guide to data", () => {
  test("has every layout, in the order in which they are looked for", () => {
    const named = rowsUnder("| `--format`").map(
      (row) => /^\| `(?<name>[^`]+)`/.exec(row)?.groups?.name,
    );
    expect(named).toEqual(formatNames);
  });

  test("has every name of a column", () => {
    const [image = "", caption = "", split = ""] = rowsUnder("| column |");
    const names = (row: string) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    expect(names(image)).toEqual([...COLUMN_NAMES.image]);
    expect(names(caption).slice(0, -1)).toEqual([...COLUMN_NAMES.caption]);
    expect(names(split).slice(0, COLUMN_NAMES.split.length)).toEqual([...COLUMN_NAMES.split]);
  });

  test("has every finding with what is to be done", () => {
    const rows = Object.entries(FINDING_KINDS).map(([code, kind]) => {
      const remedy = "remedy" in kind ? `\`${kind.remedy}\`` : "";
      return `| \`${code}\` | ${kind.severity} | ${kind.title}. ${kind.explanation} | ${remedy} |`;
    });
    expect(rowsUnder("| finding |")).toEqual(rows);
  });

  test("has every rule of cleaning, in their order", () => {
    const rows = (Object.entries(cleaningOptions) as [string, z.ZodType][]).map(optionRow);
    expect(rowsUnder("| rule |")).toEqual(rows);
  });

  test("has every other option of npm run inspect", () => {
    const options = Object.entries(inspectOptionsSchema.shape) as [string, z.ZodType][];
    const others = options.filter(([key]) => !(key in cleaningOptions));
    expect(rowsUnder("| option |")).toEqual([
      "| `--json` |  | print one JSON object instead, or write it to the file that follows |",
      ...others.map(optionRow),
    ]);
  });

  test("has every key of the report for programs", () => {
    const fields = Object.entries(inspectionSchema.shape) as [string, z.ZodType][];
    const rows = fields.map(([key, field]) => `| \`${key}\` | ${field.description ?? ""} |`);
    expect(rows.filter((row) => row.endsWith("|  |"))).toEqual([]);
    expect(rowsUnder("| key |")).toEqual(rows);
  });

  test("names the bounds from which on a length is noted", () => {
    const { minimumWords, maximumWords, minimumSide } = NOTICED;
    expect(guide.replace(/\s+/g, " ")).toContain(
      `below ${minimumWords} and above ${maximumWords} words, sides below ${minimumSide} pixels`,
    );
  });
});
