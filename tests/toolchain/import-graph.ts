import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The first-level folders that hold code. */
export const codeFolders = globSync("*/**/*.{ts,js}", {
  cwd: root,
  exclude: ["node_modules", "dist", "runs", "data"],
})
  .map((path) => path.split("/")[0] ?? "")
  .filter((folder, index, all) => all.indexOf(folder) === index)
  .sort();

/** Files of the repository that a file imports, types included, as paths from the root. */
export function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const specifiers = text.matchAll(/(?:\bfrom|\bimport)[\s(]*"(?<specifier>\.[^"]+)"/g);
  return [...specifiers].map(({ groups }) =>
    posix.join(posix.dirname(path), groups?.specifier ?? ""),
  );
}

/** All files that a file loads, itself included. */
export function reachedFrom(entry: string): string[] {
  const reached = new Set([entry]);
  // Iterating over a set includes the elements that are added meanwhile.
  for (const path of reached) {
    if (/\.[jt]s$/.test(path)) for (const imported of importsOf(path)) reached.add(imported);
  }
  return [...reached];
}

/** The other first-level folders that the files of a folder import. */
export function foldersImportedBy(folder: string): string[] {
  const files = globSync(`${folder}/**/*.{ts,js}`, { cwd: root });
  const folders = files.flatMap(importsOf).map((path) => path.split("/")[0] ?? "");
  return [...new Set(folders)].filter((other) => other !== folder && codeFolders.includes(other));
}
