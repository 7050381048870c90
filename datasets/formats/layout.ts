import type { FaultCounter, SplitName } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";
import type { SplitLists } from "./split-lists.ts";

/** What one entry of a caption file says of an image; an image may have several entries. */
export interface CaptionRecord {
  /** The image as the file names it. */
  readonly image: string;
  readonly captions: readonly string[];
  /** Where the file says it; images of an unknown split are in none. */
  readonly split?: SplitName | "unknown";
}

/** A layout that was recognised in a folder. */
export interface FoundLayout {
  /** The files that hold captions, below the data set's folder. */
  readonly captionFiles: readonly string[];
  /** Folders that hold images, below the data set's; none, if they are missing. */
  readonly imageFolders: readonly ImageFolder[];
  /** The names under which image folders are known, for whoever has none of them. */
  readonly expectedImageFolders: readonly string[];
  /** Lists of the splits' images; without them the records say it, or else a hash of the name. */
  readonly lists?: SplitLists;
  /** Reads the captions one after the other; what is wrong with single entries is counted. */
  readonly records: (faults: FaultCounter) => AsyncIterable<CaptionRecord>;
}

export interface ImageFolder {
  /** Below the data set's folder. */
  readonly path: string;
  /** What stands before a file's name in the names of its images. */
  readonly prefix: string;
  /** Whether images in folders below it belong to it too. */
  readonly nested?: boolean;
}

/** A way in which a data set is distributed. */
export interface Layout {
  readonly name: string;
  /** The files that tell it, for people. */
  readonly expects: string;
  /** Looks whether a folder is laid out so. */
  readonly recognise: (folder: DatasetFolder) => FoundLayout | undefined;
}
