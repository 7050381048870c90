import { UserError } from "../../core/errors.ts";
import type { DatasetFolder } from "./folder.ts";
import type { Layout } from "./layout.ts";
import { columnNames } from "./table-columns.ts";
import { tableRecords } from "./table-records.ts";

const table = /\.(csv|tsv|jsonl)$/i;

/** Names that are certain to be meant where a folder has several tables. */
const certain = /^(captions|metadata|annotations|labels)\./i;

/**
 * A folder of one's own: images, in it or in folders below it, and one table of captions. Splits are
 * a column of the table; without it, a hash of the image's name decides.
 */
export const plainFolder: Layout = {
  name: "folder",
  expects: `one table (.csv, .tsv or .jsonl) with columns such as ${columnNames.image[0]} and ${columnNames.caption[0]}`,
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
  const tables = folder.matching(table);
  const named = tables.filter((name) => certain.test(name));
  const candidates = named.length > 0 ? named : tables;
  if (candidates.length <= 1) return candidates[0];
  throw new UserError(
    "ambiguous_captions",
    `${folder.path} has several tables (${candidates.join(", ")}): keep the one that holds the captions, or call it captions.csv or captions.jsonl.`,
  );
}
