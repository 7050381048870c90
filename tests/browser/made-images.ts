import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { examplesFolder } from "../../bench/images.ts";

/** The formats, each written in two ways. */
const WRITERS: readonly (readonly [name: string, write: (image: Sharp) => Sharp])[] = [
  ["baseline.jpg", (image) => image.jpeg({ quality: 80 })],
  ["progressive.jpg", (image) => image.jpeg({ progressive: true, chromaSubsampling: "4:4:4" })],
  ["plain.png", (image) => image.png()],
  ["interlaced.png", (image) => image.png({ progressive: true, palette: true })],
  ["lossy.webp", (image) => image.webp({ quality: 70 })],
  ["lossless.webp", (image) => image.webp({ lossless: true })],
  ["plain.avif", (image) => image.avif({ effort: 0 })],
  ["sharp.avif", (image) => image.avif({ effort: 0, chromaSubsampling: "4:4:4" })],
  ["plain.gif", (image) => image.gif({ effort: 1 })],
  ["small.gif", (image) => image.resize(120).gif({ colours: 32, effort: 1 })],
];

const PHOTOGRAPHS = ["astronaut.jpg", "chelsea.jpg", "coffee.jpg", "rocket.jpg"];

const COUNT = 50;

/**
 * Makes 50 files: parts of the examples, turned and mirrored, in all formats, JPEG and WebP with each of
 * the eight EXIF orientations.
 */
export async function madeImages(): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (let index = 0; index < COUNT; index++) {
    const [name, write] = WRITERS[index % WRITERS.length] ?? [];
    const photograph = PHOTOGRAPHS[index % PHOTOGRAPHS.length] ?? "";
    if (!write) continue;
    const image = sharp(join(examplesFolder, photograph))
      .extract({ left: 3 * index, top: index, width: 240 - index, height: 180 + index })
      .withMetadata({ orientation: 1 + (index % 8) });
    if (index % 3 === 0) image.flop();
    files.set(`${index}-${name}`, await write(image).toBuffer());
  }
  return files;
}
