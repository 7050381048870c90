import { UserError } from "../../core/errors.ts";
import { type FaultCounter, faultKinds, type SplitName } from "../dataset.ts";
import type { CaptionRecord } from "./layout.ts";
import { excerpt } from "./lines.ts";

/** Names of columns that are understood, the most certain first; see docs/data.md. */
export const columnNames = {
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

/** `caption_1`, `caption 2`, `text3`: several captions in a line. */
const numberedCaption = /^(?<name>[a-z]+)_?\d+$/;

const splitWords: Readonly<Record<string, SplitName>> = {
  train: "train",
  training: "train",
  // Validation images that no published result is measured on: Karpathy's splits train on them.
  restval: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  dev: "validation",
  test: "test",
  testing: "test",
};

/** The split that a data set calls by this word. */
export function splitOf(word: string): SplitName | "unknown" {
  return splitWords[word.trim().toLowerCase()] ?? "unknown";
}

/** Which columns of a table say what. */
export interface Columns {
  readonly image: string;
  readonly captions: readonly string[];
  readonly split: string | undefined;
}

/** @throws UserError `unknown_columns` where no column can be the image or the caption */
export function chooseColumns(names: readonly string[], path: string): Columns {
  const plain = new Map(names.map((name) => [plainName(name), name]));
  const first = (known: readonly string[]) =>
    known.map((name) => plain.get(name)).find((name) => name !== undefined);
  const image = first(columnNames.image);
  const single = first(columnNames.caption);
  const numbered = names.filter((name) => {
    const word = numberedCaption.exec(plainName(name))?.groups?.name ?? "";
    return columnNames.caption.some((known) => known === word);
  });
  const captions = [...(single === undefined ? [] : [single]), ...numbered];
  if (image !== undefined && captions.length > 0) {
    return { image, captions, split: first(columnNames.split) };
  }
  const missing = image === undefined ? "image" : "caption";
  throw new UserError(
    "unknown_columns",
    `${path} has the columns ${names.join(", ")}, of which none is called ${columnNames[missing].join(", ")}: rename the one that holds the ${missing}.`,
  );
}

/** Reads one line of a table; nothing where it names no image. */
export function rowRecord(
  row: Readonly<Record<string, unknown>>,
  columns: Columns,
  faults: FaultCounter,
): CaptionRecord | undefined {
  const image = row[columns.image];
  const named = typeof image === "number" ? String(image) : image;
  if (typeof named !== "string" || named.trim() === "") {
    faults.add(faultKinds.malformedId, excerpt(JSON.stringify(row)));
    return undefined;
  }
  const captions = columns.captions.flatMap((name) => captionsIn(row[name]));
  const split = columns.split === undefined ? undefined : splitOf(String(row[columns.split] ?? ""));
  return { image: named.trim(), captions, ...(split === undefined ? {} : { split }) };
}

/** A cell holds one caption, or several as a list, which CSV can only hold as JSON. */
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
