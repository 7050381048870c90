import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { dataUrl } from "../../node/html/page.ts";
import { type Dataset, SPLIT_NAMES } from "../dataset.ts";
import type { Finding } from "./inspection.ts";

/** Pictures as data URLs, by the names of their images. */
export type Thumbnails = ReadonlyMap<string, string>;

/** Enough to recognise a picture on a screen with fine pixels. */
const side = 160;
/** All pictures of a page together stay well below its limit of 5 MB. */
const byteBudget = 2_500_000;

/** Makes small pictures of the images that findings name, for as far as they can be decoded. */
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
    if (bytes > byteBudget) break;
    thumbnails.set(id, url);
  }
  return thumbnails;
}

/** A truncated picture shows what there is of it; of an unreadable one there is nothing to show. */
async function thumbnail(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    const small = await sharp(await readFile(path), { failOn: "none" })
      .autoOrient()
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .webp({ quality: 60 })
      .toBuffer();
    return dataUrl("image/webp", small);
  } catch {
    return undefined;
  }
}
