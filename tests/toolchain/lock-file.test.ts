import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Entry {
  readonly version?: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const text = readFileSync("package-lock.json", "utf8");
const packages: Record<string, Entry> = JSON.parse(text).packages;

/** Finds a package as Node does for another that imports it: in its folder, else further up. */
function resolve(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf("node_modules/"))) {
    const path = `${folder === "" || folder.endsWith("/") ? folder : `${folder}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (folder === "") return undefined;
  }
}

function paths(name: string): string[] {
  return Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));
}

test("the lock file lists the packages of every platform: `npm ci` fails without them", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => resolve(path, name) === undefined),
  );
  expect(missing).toEqual([]);
});

test("the lock file names no registry", () => {
  const addresses = [...text.matchAll(/"resolved": "(?<address>[^"]*)"/g)];
  // The repository's own folder, which is a package so that users of the project do not install its needs.
  expect(addresses.map(({ groups }) => groups?.address)).toEqual(["toolchain"]);
});

test.each(["workerd", "wrangler", "miniflare", "@tensorflow/tfjs-core"])(
  "there is exactly one %s in the tree",
  (name) => {
    expect(paths(name)).toEqual([`node_modules/${name}`]);
  },
);

test.each(["wrangler", "miniflare"])("%s has the version that the tests in workerd use", (name) => {
  const pinned = packages["node_modules/@cloudflare/vitest-plugin"]?.dependencies?.[name];
  expect(packages[`node_modules/${name}`]?.version).toBe(pinned);
});
