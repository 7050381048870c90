import sharp from "sharp";
import { z } from "zod";
import { writeAtomically } from "../../node/cli/files.ts";
import { readRunFile } from "../run-file.ts";
import type { RunFolder } from "../run-folder.ts";

/** A validation picture as the report shows it. */
const shownPictureSchema = z.object({
  id: z.string(),
  /** The picture as the network sees it: type and bytes in base64. */
  type: z.string(),
  bytes: z.base64(),
  /** The caption that the best weights write. */
  words: z.array(z.string()),
  /** For each word the weights of the regions, row by row; none from a decoder without attention. */
  attention: z.array(z.array(z.number())),
});

const shownPicturesSchema = z.object({
  grid: z.object({ rows: z.int().positive(), columns: z.int().positive() }).optional(),
  /** Whether the pictures are drawn ones of so few pixels that each of them should be seen. */
  small: z.boolean(),
  pictures: z.array(shownPictureSchema),
});

export type ShownPicture = z.infer<typeof shownPictureSchema>;

/** `validation/pictures.json`. */
export type ShownPictures = z.infer<typeof shownPicturesSchema>;

export async function saveShownPictures(folder: RunFolder, pictures: ShownPictures): Promise<void> {
  await writeAtomically(folder.shownPictures, JSON.stringify(pictures));
}

/**
 * What a run kept; nothing for a run that kept none, as older versions did, or whose file is damaged:
 * a report without pictures is better than none.
 */
export function readShownPictures(folder: RunFolder): Promise<ShownPictures | undefined> {
  return readRunFile(folder.shownPictures, shownPicturesSchema).catch(() => undefined);
}

/** Up to this width a picture is a drawn one: nothing of it is lost, and it is magnified. */
const smallWidth = 64;

export function isSmall(width: number): boolean {
  return width <= smallWidth;
}

/** A picture small enough for a page. @param pixels - `[height, width, 3]`, 0 to 255. */
export async function encodePicture(
  pixels: Uint8Array,
  width: number,
  height: number,
): Promise<Pick<ShownPicture, "type" | "bytes">> {
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  const webp = picture.webp(isSmall(width) ? { lossless: true } : { quality: 70 });
  return { type: "image/webp", bytes: (await webp.toBuffer()).toString("base64") };
}
