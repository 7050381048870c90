import { flickrFolders, flickrTextFolders } from "./flickr-folders.ts";
import type { Layout } from "./layout.ts";
import { tableRecords } from "./table-records.ts";

/** Flickr8k as it is handed on with one `captions.txt`: CSV with the columns `image,caption`. */
export const flickr8kCsv: Layout = {
  name: "flickr8k-csv",
  expects: "captions.txt",
  recognise(folder) {
    const file = folder.find(["captions.txt"], flickrTextFolders);
    if (file === undefined) return undefined;
    return {
      ...flickrFolders(folder),
      captionFiles: [file],
      records: (faults) => tableRecords(folder.at(file), faults),
    };
  },
};
