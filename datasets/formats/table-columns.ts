import { UserError } from "../../core/errors.ts";
import { FAULT_KINDS, type FaultCounter, type SplitName } from "../dataset.ts";
import type { CaptionRecord } from "./layout.ts";
import { excerpt } from "./lines.ts";

/** Known names of columns, the most certain first; see docs/data.md. */
export const COLUMN_NAMES = {
  image: [
    ["image", "file_name", "filename", "image_name", "image_path", "image_file"],
    ["file", "path", "img", "photo", "picture", "image_id", "id"],
  ].flat(),
  caption: [
    "caption",
    "captions",
    "text",
    "description",
    "sentence",
    "sentences",
    "alt",
    "comment",
  ],
  split: ["split", "set", "subset", "partition"],
} as const;

/** `caption_1`, `caption 2`, `text3`: columns of several captions. */
const NUMBERED_CAPTION = /^(?<name>[a-z]+)_?\d+$/;

const SPLIT_WORDS: Readonly<Record<string, SplitName>> = {
  train: "train",
  training: "train",
  // Karpathy's splits train on these validation images, on which no published result is measured.
  restval: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  dev: "validation",
  test: "test",
  testing: "test",
};

/** Returns the split that a data set means by a word. */
export function splitOf(word: string): SplitName | "unknown" {
  return SPLIT_WORDS[word.trim().toLowerCase()] ?? "unknown";
}

/** Names of a table's columns by their meaning. */
export interface Columns {
  readonly image: string;
  readonly captions: readonly string[];
  readonly split: string | undefined;
}

/**
 * Chooses the columns of a table.
 *
 * @throws {UserError} `unknown_columns` when no column has a known name for the image or the caption.
 */
export function chooseColumns(names: readonly string[], path: string): Columns {
  const plain = new Map(names.map((name) => [plainName(name), name]));
  const first = (known: readonly string[]) =>
    known.map((name) => plain.get(name)).find((name) => name !== undefined);
  const image = first(COLUMN_NAMES.image);
  const single = first(COLUMN_NAMES.caption);
  const numbered = names.filter((name) => {
    const word = NUMBERED_CAPTION.exec(plainName(name))?.groups?.name ?? "";
    return COLUMN_NAMES.caption.some((known) => known === word);
  });
  const captions = [...(single === undefined ? [] : [single]), ...numbered];
  if (image !== undefined && captions.length > 0) {
    return { image, captions, split: first(COLUMN_NAMES.split) };
  }
  const missing = image === undefined ? "image" : "caption";
  throw new UserError(
    "unknown_columns",
    `${path} has the columns ${names.join(", ")}, none of which is called ${COLUMN_NAMES[missing].join(", ")}: rename the column of the ${missing}.`,
  );
}

/** Reads a row of a table; undefined if it names no image. */
export function rowRecord(
  row: Readonly<Record<string, unknown>>,
  columns: Columns,
  faults: FaultCounter,
): CaptionRecord | undefined {
  const image = row[columns.image];
  const named = typeof image === "number" ? String(image) : image;
  if (typeof named !== "string" || named.trim() === "") {
    faults.add(FAULT_KINDS.malformedId, excerpt(JSON.stringify(row)));
    return undefined;
  }
  const captions = columns.captions.flatMap((name) => captionsIn(row[name]));
  const split = columns.split === undefined ? undefined : splitOf(String(row[columns.split] ?? ""));
  return { image: named.trim(), captions, ...(split === undefined ? {} : { split }) };
}

/** Reads the captions of a cell: one, or a list, which CSV holds as JSON. */
function captionsIn(cell: unknown): string[] {
  if (Array.isArray(cell)) return cell.filter((item) => typeof item === "string");
  if (typeof cell !== "string") return [];
  return cell.startsWith("[") ? (parsedList(cell) ?? [cell]) : [cell];
}

function parsedList(cell: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(cell);
    return Array.isArray(list) ? list.filter((item) => typeof item === "string") : undefined;
  } catch {
    return undefined;
  }
}

function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}
