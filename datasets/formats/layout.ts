import type { FaultCounter, SplitName } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";
import type { SplitLists } from "./split-lists.ts";

/** An entry of a caption file; an image may have several entries. */
export interface CaptionRecord {
  /** The image's name in the file. */
  readonly image: string;
  readonly captions: readonly string[];
  /** Absent if the file names none; images of an unknown split are in no split. */
  readonly split?: SplitName | "unknown";
}

/** A layout that was recognised in a folder. */
export interface FoundLayout {
  /** The caption files, below the data set's folder. */
  readonly captionFiles: readonly string[];
  /** The image folders, below the data set's folder; empty if they are missing. */
  readonly imageFolders: readonly ImageFolder[];
  /** Known names of the image folder, for the error message when it is missing. */
  readonly expectedImageFolders: readonly string[];
  /** Lists of the splits' images; without them the records or a hash of the name decide. */
  readonly lists?: SplitLists;
  /** Reads the captions one after the other and counts faulty entries. */
  readonly records: (faults: FaultCounter) => AsyncIterable<CaptionRecord>;
}

export interface ImageFolder {
  /** Below the data set's folder. */
  readonly path: string;
  /** Prefix of the images' names before their files' names. */
  readonly prefix: string;
  /** Whether folders below it are searched as well. */
  readonly nested?: boolean;
}

/** A layout in which data sets are distributed. */
export interface Layout {
  readonly name: string;
  /** Names the files that identify the layout. */
  readonly expects: string;
  /** Recognises the layout in a folder. */
  readonly recognise: (folder: DatasetFolder) => FoundLayout | undefined;
}
