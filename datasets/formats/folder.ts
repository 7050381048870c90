import { type Dirent, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { IMAGE_FORMATS } from "../../core/codecs/sniff.ts";
import { UserError } from "../../core/errors.ts";

/** Endings of the names of image files. */
export const imageEndings: readonly string[] = [
  ".jpg",
  ...IMAGE_FORMATS.map((format) => `.${format}`),
];

/** Returns whether a file's name ends as an image's. */
export function isImageName(name: string): boolean {
  return imageEndings.includes(extname(name).toLowerCase());
}

/** Lists the files of a data set's folder, whose layout is to be recognised. */
export class DatasetFolder {
  readonly path: string;
  readonly #entries = new Map<string, readonly Dirent[]>();

  /** @throws {UserError} `dataset_not_found` */
  constructor(path: string) {
    this.path = path;
    try {
      this.#entries.set("", readdirSync(path, { withFileTypes: true }));
    } catch (cause) {
      throw new UserError(
        "dataset_not_found",
        `The folder ${path} cannot be read: check the path.`,
        { cause },
      );
    }
  }

  /** Returns the path of a file below the folder. */
  at(relative: string): string {
    return join(this.path, relative);
  }

  /** Lists the names in a folder below this one; none if there is no such folder. */
  names(below: string): string[] {
    return this.#list(below).map(({ name }) => name);
  }

  /** Finds the first of the names that exists, in the folders in turn, as a path below this one. */
  find(names: readonly string[], folders: readonly string[] = [""]): string | undefined {
    for (const folder of folders) {
      const there = new Set(this.names(folder));
      const name = names.find((candidate) => there.has(candidate));
      if (name !== undefined) return below(folder, name);
    }
    return undefined;
  }

  /** Lists the files in the folders whose names match, as paths below this one. */
  matching(pattern: RegExp, folders: readonly string[] = [""]): string[] {
    return folders.flatMap((folder) =>
      this.names(folder)
        .filter((name) => pattern.test(name))
        .sort()
        .map((name) => below(folder, name)),
    );
  }

  /** Returns the folders that directly hold an image. */
  withImages(folders: readonly string[]): string[] {
    return folders.filter((folder) => this.names(folder).some(isImageName));
  }

  #list(folder: string): readonly Dirent[] {
    const known = this.#entries.get(folder);
    if (known) return known;
    const entries = listIfThere(this.at(folder));
    this.#entries.set(folder, entries);
    return entries;
  }
}

function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function listIfThere(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
