import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

const examples = join(import.meta.dirname, "../examples");

/** The photographs that are measured with, in `examples/`. */
export const exampleNames = ["astronaut.jpg", "chelsea.jpg", "coffee.jpg", "rocket.jpg"] as const;

/** An example as it is. */
export async function examplePicture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(join(examples, name)));
}

/** An example in another size, as a JPEG of usual quality. */
export async function resizedExample(
  width: number,
  height: number,
  name: string = "coffee.jpg",
): Promise<Uint8Array<ArrayBuffer>> {
  const photograph = sharp(await examplePicture(name));
  const resized = photograph.resize(width, height, { fit: "fill" });
  return new Uint8Array(await resized.jpeg({ quality: 85 }).toBuffer());
}

/** What the bars are about: a photograph as a web page has it. */
export const usualSize = { width: 1200, height: 800 } as const;
