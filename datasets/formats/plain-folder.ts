import { UserError } from "../../core/errors.ts";
import type { DatasetFolder } from "./folder.ts";
import type { Layout } from "./layout.ts";
import { COLUMN_NAMES } from "./table-columns.ts";
import { tableRecords } from "./table-records.ts";

const TABLE = /\.(csv|tsv|jsonl)$/i;

/** Names that mark the caption file where a folder has several tables. */
const CAPTION_TABLE = /^(captions|metadata|annotations|labels)\./i;

/**
 * Any folder with images, also in folders below it, and one table of captions. The split is a column
 * of the table; without it, a hash of the image's name decides.
 */
export const plainFolder: Layout = {
  name: "folder",
  expects: `one table (.csv, .tsv or .jsonl) with columns such as ${COLUMN_NAMES.image[0]} and ${COLUMN_NAMES.caption[0]}`,
  recognise(folder) {
    const file = onlyTable(folder);
    if (file === undefined) return undefined;
    return {
      captionFiles: [file],
      imageFolders: [{ path: "", prefix: "", nested: true }],
      expectedImageFolders: ["the folder itself, or any folder in it"],
      records: (faults) => tableRecords(folder.at(file), faults),
    };
  },
};

function onlyTable(folder: DatasetFolder): string | undefined {
  const tables = folder.matching(TABLE);
  const named = tables.filter((name) => CAPTION_TABLE.test(name));
  const candidates = named.length > 0 ? named : tables;
  if (candidates.length <= 1) return candidates[0];
  throw new UserError(
    "ambiguous_captions",
    `${folder.path} has several tables (${candidates.join(", ")}): rename the one with the captions to captions.csv or captions.jsonl, or remove the others.`,
  );
}
