import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

/** The folder with the example photographs. */
export const examplesFolder = join(import.meta.dirname, "../examples");

/** The example photographs. */
export const EXAMPLE_NAMES = ["astronaut.jpg", "chelsea.jpg", "coffee.jpg", "rocket.jpg"] as const;

/** Reads the file of an example. */
export async function exampleImage(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(join(examplesFolder, name)));
}

/** Resizes an example, and returns the bytes of a JPEG of quality 85. */
export async function resizedExample(
  width: number,
  height: number,
  name: string = "coffee.jpg",
): Promise<Uint8Array<ArrayBuffer>> {
  const photograph = sharp(await exampleImage(name));
  const resized = photograph.resize(width, height, { fit: "fill" });
  return new Uint8Array(await resized.jpeg({ quality: 85 }).toBuffer());
}

/**
 * Returns the bytes of the JPEG that the bars are set for: 1200 x 800, the size of a photograph on a
 * web page.
 */
export function usualImage(): Promise<Uint8Array<ArrayBuffer>> {
  return resizedExample(1200, 800);
}
