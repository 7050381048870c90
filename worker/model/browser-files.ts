import {
  type BrowserIndex,
  browserFilesName,
  browserFilesSchema,
  browserFolder,
  nameByHash,
} from "../../core/api/browser-index.ts";
import { manifestFileName } from "../../core/bundle/manifest.ts";
import type { Assets } from "../http/environment.ts";
import { type ModelDescription, readAsset, unavailable } from "./load.ts";

/** The files with which a browser captions. */
export interface BrowserFiles extends Pick<BrowserIndex, "model" | "files" | "modelFiles"> {
  /** Finds the asset of a public name. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Reads the list of the files with which a browser captions, and gives each a public name.
 *
 * @throws {Problem} `model_unavailable`
 */
export async function readBrowserFiles(
  source: Assets,
  description: ModelDescription,
): Promise<BrowserFiles> {
  const assets = new Map<string, string>();
  const named = (asset: string, name: string, sha256: string) => {
    const path = nameByHash(name, sha256);
    assets.set(path, asset);
    return path;
  };
  const files = (await readList(source)).map((file) => ({
    ...file,
    path: named(`${browserFolder}/${file.path}`, file.path, file.sha256),
  }));
  const modelFiles = filesOf(description).map((file) => ({
    ...file,
    path: named(file.name, file.name, file.sha256),
  }));
  const { name, version } = description.manifest;
  return { model: { name, version }, files, modelFiles, assets };
}

async function readList(source: Assets) {
  try {
    const text = new TextDecoder().decode(await readAsset(source, browserFilesName));
    return browserFilesSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** Lists the manifest and the files that captioning needs; training alone needs the topology. */
function filesOf({ manifest, bytes, hash }: ModelDescription) {
  const needed = manifest.files.filter(({ role }) => role !== "encoder-topology");
  return [
    { name: manifestFileName, bytes: bytes.byteLength, sha256: hash },
    ...needed.map(({ path, bytes, sha256 }) => ({ name: path, bytes, sha256 })),
  ];
}
