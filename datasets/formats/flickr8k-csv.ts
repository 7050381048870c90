import { flickrLayout } from "./flickr-layout.ts";
import { tableRecords } from "./table-records.ts";

/** Flickr8k with one `captions.txt`: CSV with the columns `image,caption`. */
export const flickr8kCsv = flickrLayout("flickr8k-csv", ["captions.txt"], tableRecords);
