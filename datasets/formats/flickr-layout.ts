import type { FaultCounter } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";
import type { CaptionRecord, ImageFolder, Layout } from "./layout.ts";
import { splitLists } from "./split-lists.ts";

/** Names of the image folder in the releases of Flickr8k and Flickr30k and in copies of them. */
export const FLICKR_IMAGE_FOLDERS = [
  "Images",
  "images",
  "Flicker8k_Dataset",
  "Flickr8k_Dataset",
  "Flickr8k_Dataset/Flicker8k_Dataset",
  "flickr30k-images",
  "flickr30k_images",
  "flickr30k_images/flickr30k_images",
] as const;

/** Folders of the releases that may hold the caption file and the lists. */
const TEXT_FOLDERS = ["", "Flickr8k_text", "flickr30k", "flickr30k_images"] as const;

/**
 * Makes a layout of Flickr8k or Flickr30k: a caption file, an image folder and, where they are there,
 * the official lists of the splits.
 *
 * @param captionFiles - names of the caption file.
 * @param records - reads the caption file.
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
      const file = folder.find(captionFiles, TEXT_FOLDERS);
      if (file === undefined) return undefined;
      const lists = splitLists(folder, TEXT_FOLDERS);
      return {
        captionFiles: [file],
        imageFolders: imageFolderOf(folder),
        expectedImageFolders: FLICKR_IMAGE_FOLDERS,
        ...(Object.keys(lists).length === 0 ? {} : { lists }),
        records: (faults) => records(folder.at(file), faults),
      };
    },
  };
}

/** Returns the folder that holds images, or else an empty one of a known name. */
function imageFolderOf(folder: DatasetFolder): ImageFolder[] {
  const [holding] = folder.withImages(FLICKR_IMAGE_FOLDERS);
  const path = holding ?? FLICKR_IMAGE_FOLDERS.find((name) => folder.find([name]) !== undefined);
  return path === undefined ? [] : [{ path, prefix: "" }];
}
