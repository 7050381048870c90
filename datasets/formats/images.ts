import { readdirSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { FAULT_KINDS, type FaultCounter } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";
import { imageEndings, isImageName } from "./folder.ts";
import type { ImageFolder } from "./layout.ts";

/** Endings that a caption file may omit from its images' names. */
const ENDINGS = ["", ...imageEndings];

/** Finds the image files of a data set's image folders by the names of the images. */
export class ImageIndex {
  /** Paths by the images' names, which have `/` between folders. */
  readonly #paths = new Map<string, string>();
  /** Names by their last part; undefined if several images share it. */
  readonly #byFileName = new Map<string, string | undefined>();

  constructor(folder: DatasetFolder, folders: readonly ImageFolder[], faults: FaultCounter) {
    for (const { path, prefix, nested = false } of folders) {
      for (const file of listFiles(folder.at(path), nested)) {
        if (isImageName(file)) this.#add(`${prefix}${file}`, join(folder.at(path), file));
        // A separate image folder should hold images alone; beside captions other files are normal.
        else if (!nested) faults.add(FAULT_KINDS.otherFile, file);
      }
    }
  }

  get size(): number {
    return this.#paths.size;
  }

  names(): IterableIterator<string> {
    return this.#paths.keys();
  }

  path(name: string): string | undefined {
    return this.#paths.get(name);
  }

  /** Returns an image's name by that of a caption file, which may lack the folder or the ending. */
  resolve(named: string): string | undefined {
    const plain = named.replaceAll("\\", "/").replace(/^\.\//, "");
    const names = ENDINGS.map((ending) => plain + ending);
    const whole = names.find((name) => this.#paths.has(name));
    if (whole !== undefined || plain.includes("/")) return whole;
    return names.map((name) => this.#byFileName.get(name)).find((name) => name !== undefined);
  }

  #add(name: string, path: string): void {
    this.#paths.set(name, path);
    const file = basename(name);
    this.#byFileName.set(file, this.#byFileName.has(file) ? undefined : name);
  }
}

function listFiles(path: string, nested: boolean): string[] {
  const entries = readdirSync(path, { withFileTypes: true, recursive: nested });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(path, sep).length))
    .map((file) => (sep === "/" ? file : file.replaceAll(sep, "/")));
}
