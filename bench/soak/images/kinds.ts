import sharp, { type Raw, type Sharp } from "sharp";
import { segments } from "../../../core/codecs/jpeg/segments.ts";

/** Samples of an image, `[height, width, channels]`. */
interface Samples extends Raw {
  readonly data: Uint8Array;
}

/** The images that the files are made of. */
export interface KindSources {
  /** Without alpha. */
  readonly opaque: Samples;
  /** With alpha. */
  readonly transparent: Samples;
  /** The frames of an animation, with alpha, one below the other. */
  readonly frames: Samples;
  /** Rows of a frame. */
  readonly frameHeight: number;
}

const opaque = ({ opaque }: KindSources) => sharp(opaque.data, { raw: opaque });
const transparent = ({ transparent }: KindSources) => sharp(transparent.data, { raw: transparent });
const animation = ({ frames, frameHeight }: KindSources) =>
  sharp(frames.data, { raw: { ...frames, pageHeight: frameHeight } });

const MAKERS: Readonly<Record<string, (sources: KindSources) => Sharp>> = {
  "baseline jpeg": (sources) => opaque(sources).jpeg(),
  "progressive jpeg": (sources) =>
    opaque(sources).withMetadata({ orientation: 6 }).jpeg({ progressive: true }),
  "grey jpeg": (sources) => opaque(sources).greyscale().jpeg(),
  "cmyk jpeg": (sources) => opaque(sources).toColourspace("cmyk").jpeg(),
  "progressive cmyk jpeg": (sources) =>
    opaque(sources).toColourspace("cmyk").jpeg({ progressive: true }),
  png: (sources) => opaque(sources).withMetadata({ orientation: 3 }).png(),
  "png with alpha": (sources) => transparent(sources).png(),
  "interlaced palette png": (sources) => opaque(sources).png({ palette: true, progressive: true }),
  "png of 16 bits": (sources) => opaque(sources).toColourspace("rgb16").png(),
  "lossy webp": (sources) => transparent(sources).withMetadata({ orientation: 5 }).webp(),
  "lossless webp": (sources) => transparent(sources).webp({ lossless: true }),
  "animated webp": (sources) => animation(sources).webp({ delay: [100, 100] }),
  gif: (sources) => opaque(sources).gif(),
  "interlaced gif": (sources) => opaque(sources).gif({ progressive: true }),
  "animated gif": (sources) => animation(sources).gif({ delay: [100, 100] }),
  avif: (sources) => opaque(sources).withMetadata({ orientation: 6 }).avif(),
  "avif with alpha": (sources) => transparent(sources).avif(),
};

/** The kinds of images that the service reads. */
export const IMAGE_KINDS: readonly string[] = Object.keys(MAKERS);

/** Makes a file of each of {@link IMAGE_KINDS}. */
export async function imagesOfAllKinds(sources: KindSources): Promise<Map<string, Uint8Array>> {
  const files = Object.entries(MAKERS).map(async ([kind, make]): Promise<[string, Uint8Array]> => {
    const file = new Uint8Array(await make(sources).toBuffer());
    return [kind, kind.includes("cmyk") ? withoutProfile(file) : file];
  });
  return new Map(await Promise.all(files));
}

/** Removes a JPEG's colour profile, which would be most of the file of a small image. */
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
