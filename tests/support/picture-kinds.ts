import sharp from "sharp";
import { segments } from "../../core/codecs/jpeg/segments.ts";
import { channelsOf, ownJpeg } from "./jpeg.ts";
import { noisePicture, softPicture } from "./pictures.ts";

const soft = softPicture(48, 36);
const clear = noisePicture(24, 20, 4);
const frames = noisePicture(16, 32, 4);
const opaque = () => sharp(soft.data, { raw: soft });
const transparent = () => sharp(clear.data, { raw: clear });
const animation = () => sharp(frames.data, { raw: { ...frames, pageHeight: 16 } });

/** A small picture of each kind that is read. */
const MAKERS = {
  "baseline jpeg": () => opaque().jpeg(),
  "progressive jpeg": () => opaque().withMetadata({ orientation: 6 }).jpeg({ progressive: true }),
  "grey jpeg": () => opaque().greyscale().jpeg(),
  "jpeg in inks": () => opaque().toColourspace("cmyk").jpeg(),
  "progressive jpeg in inks": () => opaque().toColourspace("cmyk").jpeg({ progressive: true }),
  png: () => opaque().withMetadata({ orientation: 3 }).png(),
  "png with alpha": () => transparent().png(),
  "interlaced palette png": () => opaque().png({ palette: true, progressive: true }),
  "png of 16 bits": () => opaque().toColourspace("rgb16").png(),
  "lossy webp": () => transparent().withMetadata({ orientation: 5 }).webp(),
  "lossless webp": () => transparent().webp({ lossless: true }),
  "animated webp": () => animation().webp({ delay: [100, 100] }),
  gif: () => opaque().gif(),
  "interlaced gif": () => opaque().gif({ progressive: true }),
  "animated gif": () => animation().gif({ delay: [100, 100] }),
  avif: () => opaque().withMetadata({ orientation: 6 }).avif(),
  "avif with alpha": () => transparent().avif(),
} as const;

export const PICTURE_KINDS = [...Object.keys(MAKERS), "jpeg with restart markers"];

/** The files of all kinds, by their names in {@link PICTURE_KINDS}. */
export async function picturesOfAllKinds(): Promise<Map<string, Uint8Array>> {
  const made = Object.entries(MAKERS).map(
    async ([kind, make]) => [kind, new Uint8Array(await make().toBuffer())] as const,
  );
  const files = new Map<string, Uint8Array>(await Promise.all(made));
  for (const [kind, file] of files)
    if (kind.includes("inks")) files.set(kind, withoutProfile(file));
  const { width, height } = soft;
  const components = channelsOf(soft);
  files.set(
    "jpeg with restart markers",
    ownJpeg({ width, height, components, restartInterval: 3 }),
  );
  return files;
}

/** A JPEG without its colour profile, which is a thousand times as large as such a small picture. */
function withoutProfile(file: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const { marker, body, end } of segments(file)) {
    const isProfile = marker === 0xe2;
    if (isProfile) parts.push(file.subarray(start, end - body.length - 4));
    if (isProfile) start = end;
  }
  return new Uint8Array(Buffer.concat([...parts, file.subarray(start)]));
}
