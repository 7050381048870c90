import { parse } from "csv-parse/sync";
import { UserError } from "../../core/errors.ts";
import type { CaptionOrDraft } from "./caption-image.ts";

export const TABLE_FORMATS = ["text", "csv", "ndjson"] as const;

export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Writes a table of captions row by row, and reads one that was written before. */
interface Table {
  /** Returns the line of a caption; the first line of a CSV file has the header before it. */
  row(caption: CaptionOrDraft): string;
  /**
   * Returns the paths in an earlier table, whose columns the rows then have, too.
   *
   * @throws {Error} when the text is not such a table.
   */
  pathsIn(text: string): string[];
}

/** Makes a table: lines with tabs, CSV (RFC 4180), or a JSON object in each line. */
export function createTable(format: TableFormat): Table {
  if (format === "csv") return csvTable();
  return format === "ndjson" ? ndjsonTable() : textTable();
}

/** Returns the table's format by a file's ending; text unless it is known. */
export function formatOf(file: string | undefined): TableFormat {
  if (/\.csv$/i.test(file ?? "")) return "csv";
  return /\.(ndjson|jsonl)$/i.test(file ?? "") ? "ndjson" : "text";
}

/** `path<TAB>caption`, and `<TAB>confidence` if there is one. */
function textTable(): Table {
  return {
    row: ({ path, caption, confidence }) =>
      `${[escaped(path), caption ?? "", ...decimals(confidence)].join("\t")}\n`,
    pathsIn: (text) =>
      lines(text).map((line) => {
        const [path = "", caption] = line.split("\t");
        if (caption === undefined) throw new Error(`this line has no tab: ${line.slice(0, 60)}`);
        return unescaped(path);
      }),
  };
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n" };
const CHARACTERS = new Map(Object.entries(ESCAPES).map(([character, text]) => [text, character]));

/** A path may hold a tab or a line break, which would break the table. */
function escaped(path: string): string {
  return path.replace(/[\\\t\n]/g, (character) => ESCAPES[character] ?? "");
}

function unescaped(text: string): string {
  return text.replace(/\\[\\tn]/g, (escaped) => CHARACTERS.get(escaped) ?? "");
}

function csvTable(): Table {
  let columns: readonly string[] | undefined;
  return {
    row(caption) {
      const cells: Readonly<Record<string, string>> = {
        path: caption.path,
        caption: caption.caption ?? "",
        ...Object.fromEntries(decimals(caption.confidence).map((text) => ["confidence", text])),
      };
      const header = columns === undefined ? csvLine(Object.keys(cells)) : "";
      columns ??= Object.keys(cells);
      return header + csvLine(columns.map((column) => cells[column] ?? ""));
    },
    pathsIn(text) {
      const [header, ...rows] = parse(text) as string[][];
      if (header === undefined) return [];
      const place = header.indexOf("path");
      if (place === -1 || !header.includes("caption")) {
        throw new Error("its first line does not name the columns path and caption");
      }
      columns = header;
      return rows.map((row) => row[place] ?? "");
    },
  };
}

function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(",")}\n`;
}

function ndjsonTable(): Table {
  return {
    row: (caption) => `${JSON.stringify(caption)}\n`,
    pathsIn: (text) =>
      lines(text).map((line) => {
        const { path } = JSON.parse(line) as { path?: unknown };
        if (typeof path !== "string")
          throw new Error(`this line has no path: ${line.slice(0, 60)}`);
        return path;
      }),
  };
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean);
}

function decimals(confidence: number | undefined): string[] {
  return confidence === undefined ? [] : [confidence.toFixed(3)];
}

/** Wraps an error of {@link Table.pathsIn}. */
export function invalidTable(file: string, format: TableFormat, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const text = `${file} cannot be continued as a ${format} table: ${reason}. Choose another --output or --format.`;
  return new UserError("invalid_output", text, { cause });
}
