import { type FaultCounter, faultKinds } from "../dataset.ts";
import { flickrLayout } from "./flickr-layout.ts";
import type { CaptionRecord } from "./layout.ts";
import { excerpt, readLines } from "./lines.ts";

/** The header, `image_name| comment_number| comment`, however it is spaced. */
const header = /^\s*image_name\s*\|\s*comment_number\s*\|\s*comment\s*$/i;

/** `1000092795.jpg| 0| Two young guys with shaggy hair look at their hands ...` */
const row = /^(?<image>[^|]+?\.(?:jpe?g|png|webp))\s*\|\s*(?<number>\d+)\s*\|(?<caption>.*)$/i;

/** `2199200615.jpg| 4   A dog runs across the grass .`, of which one is known to be there. */
const rowWithoutSeparator =
  /^(?<image>[^|]+?\.(?:jpe?g|png|webp))\s*\|\s*(?<number>\d+)\s+(?<caption>[^|]+)$/i;

/**
 * Flickr30k as it is handed on with one `results.csv`. Its fields are separated by `|` and never
 * quoted, and quotation marks stand in its captions: no CSV, whatever it is called.
 */
export const flickr30kCsv = flickrLayout("flickr30k-csv", ["results.csv"], pipeRecords);

async function* pipeRecords(path: string, faults: FaultCounter): AsyncGenerator<CaptionRecord> {
  for await (const line of readLines(path)) {
    if (header.test(line)) continue;
    const whole = row.exec(line)?.groups;
    const mended = whole ? undefined : rowWithoutSeparator.exec(line)?.groups;
    const { image, caption } = whole ?? mended ?? {};
    if (image === undefined || caption === undefined) {
      faults.add(faultKinds.malformedId, excerpt(line));
      continue;
    }
    if (mended) faults.add(faultKinds.mendedLine, excerpt(line));
    yield { image: image.trim(), captions: [caption] };
  }
}
