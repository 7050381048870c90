import { FAULT_KINDS, type FaultCounter } from "../dataset.ts";
import { flickrLayout } from "./flickr-layout.ts";
import type { CaptionRecord } from "./layout.ts";
import { excerpt, readLines } from "./lines.ts";

/** `1000268201_693b08cb0e.jpg#0<TAB>A child in a pink dress ...` */
const CAPTION_LINE = /^(?<image>.+?\.(?:jpe?g|png|webp))#(?<number>\d+)\t(?<caption>.*)$/i;

/** The releases of Flickr8k and Flickr30k: a `.token` file, an image folder, lists of the splits. */
export const flickr = flickrLayout(
  "flickr",
  ["Flickr8k.token.txt", "results_20130124.token"],
  tokenRecords,
);

async function* tokenRecords(path: string, faults: FaultCounter): AsyncGenerator<CaptionRecord> {
  for await (const line of readLines(path)) {
    const { image, caption } = CAPTION_LINE.exec(line)?.groups ?? {};
    if (image === undefined || caption === undefined) {
      faults.add(FAULT_KINDS.malformedId, excerpt(line));
    } else {
      yield { image, captions: [caption] };
    }
  }
}
