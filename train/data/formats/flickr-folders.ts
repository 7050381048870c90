import type { DatasetFolder } from "./folder.ts";
import type { ImageFolder } from "./layout.ts";
import { type SplitLists, splitLists } from "./split-lists.ts";

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
export const flickrTextFolders = ["", "Flickr8k_text", "flickr30k", "flickr30k_images"] as const;

/** What all layouts of the two data sets share: one image folder, and perhaps the official lists. */
export function flickrFolders(folder: DatasetFolder): {
  imageFolders: ImageFolder[];
  expectedImageFolders: readonly string[];
  lists?: SplitLists;
} {
  const lists = splitLists(folder, flickrTextFolders);
  const [path] = folder.withImages(flickrImageFolders);
  const there = path ?? flickrImageFolders.find((name) => folder.find([name]) !== undefined);
  return {
    imageFolders: there === undefined ? [] : [{ path: there, prefix: "" }],
    expectedImageFolders: flickrImageFolders,
    ...(Object.keys(lists).length === 0 ? {} : { lists }),
  };
}
