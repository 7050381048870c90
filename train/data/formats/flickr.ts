import { type FaultCounter, faultKinds } from "../dataset.ts";
import { flickrFolders, flickrTextFolders } from "./flickr-folders.ts";
import type { DatasetFolder } from "./folder.ts";
import type { CaptionRecord, Layout } from "./layout.ts";
import { excerpt, readLines } from "./lines.ts";

/** `1000268201_693b08cb0e.jpg#0<TAB>A child in a pink dress ...` */
const captionLine = /^(?<image>.+?\.(?:jpe?g|png|webp))#(?<number>\d+)\t(?<caption>.*)$/i;

const captionFiles = ["Flickr8k.token.txt", "results_20130124.token"];

/** The releases of Flickr8k and Flickr30k: a `.token` file, an image folder, lists of the splits. */
export const flickr: Layout = {
  name: "flickr",
  expects: captionFiles.join(" or "),
  recognise(folder: DatasetFolder) {
    const file = folder.find(captionFiles, flickrTextFolders);
    if (file === undefined) return undefined;
    return {
      ...flickrFolders(folder),
      captionFiles: [file],
      records: (faults) => tokenRecords(folder.at(file), faults),
    };
  },
};

async function* tokenRecords(path: string, faults: FaultCounter): AsyncGenerator<CaptionRecord> {
  for await (const line of readLines(path)) {
    const { image, caption } = captionLine.exec(line)?.groups ?? {};
    if (image === undefined || caption === undefined) {
      faults.add(faultKinds.malformedId, excerpt(line));
    } else {
      yield { image, captions: [caption] };
    }
  }
}
