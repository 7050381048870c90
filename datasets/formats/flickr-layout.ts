import type { FaultCounter } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";
import type { CaptionRecord, ImageFolder, Layout } from "./layout.ts";
import { splitLists } from "./split-lists.ts";

/** Under these names the releases of Flickr8k and Flickr30k, and copies of them, keep photographs. */
export const flickrImageFolders = [
  "Images",
  "images",
  "Flicker8k_Dataset",
  "Flickr8k_Dataset",
  "Flickr8k_Dataset/Flicker8k_Dataset",
  "flickr30k-images",
  "flickr30k_images",
  "flickr30k_images/flickr30k_images",
] as const;

/** Folders into which the texts of the releases are unpacked. */
const textFolders = ["", "Flickr8k_text", "flickr30k", "flickr30k_images"] as const;

/**
 * A layout of one of the two data sets: a caption file, one image folder, and perhaps the official
 * lists of the splits.
 *
 * @param captionFiles - the names that the file has, one of which is enough.
 * @param records - reads it.
 */
export function flickrLayout(
  name: string,
  captionFiles: readonly string[],
  records: (path: string, faults: FaultCounter) => AsyncIterable<CaptionRecord>,
): Layout {
  return {
    name,
    expects: captionFiles.join(" or "),
    recognise(folder) {
      const file = folder.find(captionFiles, textFolders);
      if (file === undefined) return undefined;
      const lists = splitLists(folder, textFolders);
      return {
        captionFiles: [file],
        imageFolders: imageFolderOf(folder),
        expectedImageFolders: flickrImageFolders,
        ...(Object.keys(lists).length === 0 ? {} : { lists }),
        records: (faults) => records(folder.at(file), faults),
      };
    },
  };
}

/** The one that holds images, or else one that should. */
function imageFolderOf(folder: DatasetFolder): ImageFolder[] {
  const [holding] = folder.withImages(flickrImageFolders);
  const path = holding ?? flickrImageFolders.find((name) => folder.find([name]) !== undefined);
  return path === undefined ? [] : [{ path, prefix: "" }];
}
