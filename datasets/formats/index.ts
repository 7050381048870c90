/**
 * Reads caption data sets in the layouts in which they are distributed.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { type Dataset, FaultCounter } from "../dataset.ts";
import { assemble } from "./assemble.ts";
import { coco } from "./coco.ts";
import { flickr } from "./flickr.ts";
import { flickr8kCsv } from "./flickr8k-csv.ts";
import { flickr30kCsv } from "./flickr30k-csv.ts";
import { DatasetFolder } from "./folder.ts";
import { ImageIndex } from "./images.ts";
import { karpathy } from "./karpathy.ts";
import type { FoundLayout, Layout } from "./layout.ts";
import { plainFolder } from "./plain-folder.ts";

/** All layouts, in the order of their recognition: any folder may hold a table, so that is the last. */
const layouts: readonly Layout[] = [flickr, flickr30kCsv, flickr8kCsv, karpathy, coco, plainFolder];

/** Names of the layouts, for `--format`. */
export const formatNames = layouts.map(({ name }) => name);

/**
 * Reads a data set in any known layout.
 *
 * Faulty captions and images are counted and left out: even the releases have captions of images that
 * do not exist, and malformed ids.
 *
 * @param format - name of the layout, where the folder has several or is not recognised.
 * @throws {UserError} `dataset_not_found`, `no_captions`, `no_images`, `ambiguous_captions`,
 *   `unknown_columns`, `invalid_table`, `invalid_json`
 */
export async function openDataset(directory: string, format?: string): Promise<Dataset> {
  const folder = new DatasetFolder(directory);
  const { layout, found } = chooseLayout(folder, format);
  if (found.imageFolders.length === 0) {
    throw new UserError(
      "no_images",
      `${directory} has no image folder: expected one of ${found.expectedImageFolders.join(", ")}.`,
    );
  }
  const faults = new FaultCounter();
  const images = new ImageIndex(folder, found.imageFolders, faults);
  const { splits, unassigned, splitSource } = await assemble(folder, found, images, faults);
  const places = found.imageFolders.map(({ path }) => (path === "" ? "the folder" : path));
  return {
    name: basename(resolve(directory)),
    format: layout.name,
    found: [
      `layout ${layout.name}`,
      `captions in ${found.captionFiles.join(", ")}`,
      `${images.size} ${images.size === 1 ? "image" : "images"} in ${places.join(", ")}`,
      `splits ${splitSource}`,
      ...otherLayouts(folder, layout, format),
    ].join("; "),
    splits,
    unassigned,
    faults: faults.list(),
    removed: [],
  };
}

function chooseLayout(
  folder: DatasetFolder,
  format: string | undefined,
): { layout: Layout; found: FoundLayout } {
  const candidates = layouts.filter(({ name }) => format === undefined || name === format);
  for (const layout of candidates) {
    const found = layout.recognise(folder);
    if (found) return { layout, found };
  }
  const expected = candidates.map(({ name, expects }) => `${expects} (${name})`).join("; ");
  throw new UserError(
    "no_captions",
    `${folder.path} has no known caption file: expected ${expected}.`,
  );
}

/** Names the other layouts of the folder, where `--format` does not choose one. */
function otherLayouts(folder: DatasetFolder, chosen: Layout, format: string | undefined): string[] {
  if (format !== undefined) return [];
  const others = layouts.filter(
    (layout) => layout !== chosen && layout !== plainFolder && layout.recognise(folder),
  );
  if (others.length === 0) return [];
  return [`also there: ${others.map(({ name }) => name).join(", ")} (choose with --format)`];
}
