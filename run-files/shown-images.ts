import sharp from "sharp";
import { z } from "zod";
import { writeAtomically } from "../node/cli/files.ts";
import { readRunFile } from "./json-file.ts";
import type { RunFolder } from "./run-folder.ts";

/** A validation image of the report. */
const shownImageSchema = z.object({
  id: z.string(),
  /** Media type of the image as the network sees it. */
  type: z.string(),
  bytes: z.base64(),
  /** The caption by the best weights. */
  words: z.array(z.string()),
  /** For each word the weights of the regions, row by row; empty from a decoder without attention. */
  attention: z.array(z.array(z.number())),
});

/** `validation/pictures.json` */
const shownImagesSchema = z.object({
  grid: z.object({ rows: z.int().positive(), columns: z.int().positive() }).optional(),
  /** Whether the images are synthetic and so small that a page must magnify them. */
  small: z.boolean(),
  pictures: z.array(shownImageSchema),
});

export type ShownImage = z.infer<typeof shownImageSchema>;
export type ShownImages = z.infer<typeof shownImagesSchema>;

/** Writes the images of the report into a run's folder. */
export async function saveShownImages(folder: RunFolder, images: ShownImages): Promise<void> {
  await writeAtomically(folder.shownImages, JSON.stringify(images));
}

/**
 * Reads the images of the report.
 *
 * @returns undefined if the run kept none, or the file is damaged: a report without images is
 *   better than no report.
 */
export function readShownImages(folder: RunFolder): Promise<ShownImages | undefined> {
  return readRunFile(folder.shownImages, shownImagesSchema).catch(() => undefined);
}

/** Widest image, in pixels, that is kept without loss and magnified; only synthetic images are so small. */
const SMALL_WIDTH = 64;

/** Returns whether images of a width are synthetic ones, which a page magnifies. */
export function isSmall(width: number): boolean {
  return width <= SMALL_WIDTH;
}

/** Encodes an image for a page, as WebP. @param pixels - `[height, width, 3]`, 0 to 255. */
export async function encodeShownImage(
  pixels: Uint8Array,
  width: number,
  height: number,
): Promise<Pick<ShownImage, "type" | "bytes">> {
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  const webp = image.webp(isSmall(width) ? { lossless: true } : { quality: 70 });
  return { type: "image/webp", bytes: (await webp.toBuffer()).toString("base64") };
}
