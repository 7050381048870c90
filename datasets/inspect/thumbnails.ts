import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { dataUrl } from "../../node/html/page.ts";
import { type Dataset, SPLIT_NAMES } from "../dataset.ts";
import type { Finding } from "./inspection.ts";

/** Thumbnails as data URLs, by the names of their images. */
export type Thumbnails = ReadonlyMap<string, string>;

/** Largest side of a thumbnail, in pixels. */
const SIDE = 160;
/** Largest size of all thumbnails of a page, which should stay below 5 MB. */
const BYTE_BUDGET = 2_500_000;

/** Makes thumbnails of the images that findings name, where they can be decoded. */
export async function embedThumbnails(
  findings: readonly Finding[],
  { splits, unassigned }: Dataset,
): Promise<Thumbnails> {
  const images = [...SPLIT_NAMES.flatMap((name) => splits[name]), ...unassigned];
  const paths = new Map(images.map(({ id, path }) => [id, path]));
  const wanted = new Set(
    findings
      .filter(({ about }) => about !== "words")
      .flatMap(({ examples }) => examples.flatMap(({ images }) => images)),
  );
  const thumbnails = new Map<string, string>();
  let bytes = 0;
  for (const id of wanted) {
    const url = await thumbnail(paths.get(id));
    if (url === undefined) continue;
    bytes += url.length;
    if (bytes > BYTE_BUDGET) break;
    thumbnails.set(id, url);
  }
  return thumbnails;
}

/** Makes a thumbnail, of a truncated image too; undefined if nothing can be decoded. */
async function thumbnail(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    const small = await sharp(await readFile(path), { failOn: "none" })
      .autoOrient()
      .resize(SIDE, SIDE, { fit: "inside", withoutEnlargement: true })
      .webp({ quality: 60 })
      .toBuffer();
    return dataUrl("image/webp", small);
  } catch {
    return undefined;
  }
}
