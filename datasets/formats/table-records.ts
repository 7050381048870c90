import { createReadStream } from "node:fs";
import { extname } from "node:path";
import { pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { UserError } from "../../core/errors.ts";
import { FAULT_KINDS, type FaultCounter } from "../dataset.ts";
import type { CaptionRecord } from "./layout.ts";
import { excerpt, readLines } from "./lines.ts";
import { type Columns, chooseColumns, rowRecord } from "./table-columns.ts";

/**
 * Reads a table of captions: CSV, whose header decides the separator, or JSON Lines.
 *
 * @throws {UserError} `unknown_columns`
 */
export function tableRecords(path: string, faults: FaultCounter): AsyncIterable<CaptionRecord> {
  return extname(path) === ".jsonl" ? jsonLineRecords(path, faults) : csvRecords(path, faults);
}

async function* jsonLineRecords(path: string, faults: FaultCounter): AsyncGenerator<CaptionRecord> {
  let columns: Columns | undefined;
  for await (const line of readLines(path)) {
    const row = parsedObject(line);
    if (row === undefined) {
      faults.add(FAULT_KINDS.malformedLine, excerpt(line));
      continue;
    }
    columns ??= chooseColumns(Object.keys(row), path);
    const record = rowRecord(row, columns, faults);
    if (record) yield record;
  }
}

async function* csvRecords(path: string, faults: FaultCounter): AsyncGenerator<CaptionRecord> {
  const delimiter = await delimiterOf(path);
  let names: readonly string[] = [];
  let columns: Columns | undefined;
  for await (const cells of csvRows(path, delimiter)) {
    if (columns === undefined) {
      names = cells;
      columns = chooseColumns(cells, path);
      continue;
    }
    const row = rowOf(names, cells, columns, delimiter);
    if (row === undefined) faults.add(FAULT_KINDS.malformedLine, excerpt(cells.join(delimiter)));
    const record = row && rowRecord(row, columns, faults);
    if (record) yield record;
  }
}

async function* csvRows(path: string, delimiter: string): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter,
    bom: true,
    trim: true,
    // A quotation mark inside of an unquoted field is an ordinary character.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  try {
    // `pipeline` passes errors of the file on to the parser.
    yield* pipeline(createReadStream(path), parser, () => {}) as AsyncIterable<string[]>;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new UserError("invalid_table", `${path} is not CSV: ${cause.message}.`, { cause });
  }
}

/**
 * Returns the cells by their columns' names. Cells beyond the last column are the rest of an unquoted
 * caption, if that column holds captions; otherwise the row is malformed.
 */
function rowOf(
  names: readonly string[],
  cells: readonly string[],
  { captions }: Columns,
  delimiter: string,
): Record<string, string> | undefined {
  const last = names.length - 1;
  const tooMany = cells.length > names.length;
  if (cells.length < 2 || (tooMany && !captions.includes(names[last] ?? ""))) return undefined;
  const rest = cells.slice(last).join(`${delimiter} `);
  return Object.fromEntries(
    names.map((name, index) => [name, index === last ? rest : (cells[index] ?? "")]),
  );
}

/** Returns the separator that is the most frequent in the header. */
async function delimiterOf(path: string): Promise<string> {
  for await (const line of readLines(path)) {
    const counts = [",", ";", "\t", "|"].map((mark) => ({ mark, count: line.split(mark).length }));
    return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
  }
  throw new UserError("no_captions", `${path} is empty: write a header and captions into it.`);
}

function parsedObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
