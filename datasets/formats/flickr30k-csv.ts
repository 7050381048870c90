import { FAULT_KINDS, type FaultCounter } from "../dataset.ts";
import { flickrLayout } from "./flickr-layout.ts";
import type { CaptionRecord } from "./layout.ts";
import { excerpt, readLines } from "./lines.ts";

/** The header, `image_name| comment_number| comment`, with any spacing. */
const HEADER = /^\s*image_name\s*\|\s*comment_number\s*\|\s*comment\s*$/i;

/** `1000092795.jpg| 0| Two young guys with shaggy hair look at their hands ...` */
const ROW = /^(?<image>[^|]+?\.(?:jpe?g|png|webp))\s*\|\s*(?<number>\d+)\s*\|(?<caption>.*)$/i;

/** `2199200615.jpg| 4   A dog runs across the grass .`: the known line without its separator. */
const ROW_WITHOUT_SEPARATOR =
  /^(?<image>[^|]+?\.(?:jpe?g|png|webp))\s*\|\s*(?<number>\d+)\s+(?<caption>[^|]+)$/i;

/**
 * Flickr30k with one `results.csv`. Its fields are separated by `|` and never quoted, and its captions
 * contain quotation marks: a CSV parser cannot read it.
 */
export const flickr30kCsv = flickrLayout("flickr30k-csv", ["results.csv"], pipeRecords);

async function* pipeRecords(path: string, faults: FaultCounter): AsyncGenerator<CaptionRecord> {
  for await (const line of readLines(path)) {
    if (HEADER.test(line)) continue;
    const complete = ROW.exec(line)?.groups;
    const repaired = complete ? undefined : ROW_WITHOUT_SEPARATOR.exec(line)?.groups;
    const { image, caption } = complete ?? repaired ?? {};
    if (image === undefined || caption === undefined) {
      faults.add(FAULT_KINDS.malformedId, excerpt(line));
      continue;
    }
    if (repaired) faults.add(FAULT_KINDS.mendedLine, excerpt(line));
    yield { image: image.trim(), captions: [caption] };
  }
}
