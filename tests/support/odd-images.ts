import sharp, { type Sharp } from "sharp";
import { type Chunk, COLOUR, type PngHeader, png } from "../../bench/soak/images/png.ts";
import type { Pixels } from "../../core/image/pixels.ts";
import { noiseImage, softImage } from "./images.ts";

/** Makes an image's file. */
type Make = () => Promise<Uint8Array>;

const from = (pixels: Pixels) => sharp(pixels.data, { raw: pixels });
const soft = (width: number, height: number) => from(softImage(width, height));
const noise = (width: number, height: number) => from(noiseImage(width, height));
const transparent = (width: number, height: number) => from(noiseImage(width, height, 4));
/** Two frames of noise. */
const frames = (channels: 3 | 4) => {
  const both = noiseImage(16, 32, channels);
  return sharp(both.data, { raw: { ...both, pageHeight: 16 } });
};
const made = (image: Sharp) => () => image.toBuffer();

/** Lossless images, on whose samples all decoders must agree exactly. */
export const LOSSLESS_IMAGES: Readonly<Record<string, Make>> = {
  "png, one pixel": made(noise(1, 1).png()),
  "png, one column": made(noise(1, 301).png()),
  "png, one row": made(noise(301, 1).png()),
  "png, alpha": made(transparent(61, 40).png()),
  "png, interlaced": made(noise(61, 40).png({ progressive: true })),
  "png, greyscale": made(noise(61, 40).greyscale().png()),
  "png, 16 bits": made(soft(61, 40).toColourspace("rgb16").png()),
  "png, palette": made(soft(61, 40).png({ palette: true, colours: 16 })),
  "png, 16 bits with low bytes": ownPng({ depth: 16, colour: COLOUR.rgb }, 6),
  "png, 16 bits with alpha": ownPng({ depth: 16, colour: COLOUR.rgba }, 8),
  "png, grey of 16 bits with alpha": ownPng({ depth: 16, colour: COLOUR.greyAlpha }, 4),
  "png, grey of 1 bit": ownPng({ depth: 1, colour: COLOUR.grey }, 1 / 8),
  "png, grey of 2 bits": ownPng({ depth: 2, colour: COLOUR.grey }, 1 / 4),
  "png, one transparent grey of 16": ownPng({ depth: 4, colour: COLOUR.grey }, 1 / 2, [
    "tRNS",
    Uint8Array.of(0, 5),
  ]),
  "png, palette of 4 with transparency": ownPng(
    { depth: 2, colour: COLOUR.palette },
    1 / 4,
    ["PLTE", Uint8Array.of(1, 2, 3, 90, 80, 70, 200, 100, 0, 255, 254, 253)],
    ["tRNS", Uint8Array.of(0, 128)],
  ),
  "png, gamma": ownPng({ depth: 8, colour: COLOUR.rgb }, 3, [
    "gAMA",
    Uint8Array.of(0, 0, 0x27, 0x10),
  ]),
  "png, wide gamut": made(noise(61, 40).withIccProfile("p3").png()),
  "png, turned by EXIF": made(noise(61, 40).withMetadata({ orientation: 6 }).png()),
  "webp, lossless": made(noise(61, 40).webp({ lossless: true })),
  "webp, lossless with alpha": made(transparent(61, 40).webp({ lossless: true, exact: true })),
  "webp, wide gamut": made(noise(61, 40).withIccProfile("p3").webp({ lossless: true })),
  "webp, animated": made(frames(4).webp({ lossless: true, exact: true, delay: [100, 100] })),
  gif: made(soft(61, 40).gif()),
  "gif, interlaced": made(soft(61, 41).gif({ progressive: true })),
  "gif, transparent": made(transparent(61, 40).gif()),
  "gif, animated": made(frames(4).gif({ delay: [100, 100] })),
  "gif, one pixel": made(noise(1, 1).gif()),
  "avif, lossless": made(noise(61, 40).avif({ lossless: true })),
  "avif, lossless with alpha": made(transparent(61, 40).avif({ lossless: true })),
  "webp, turned by EXIF": made(
    noise(61, 40).withMetadata({ orientation: 8 }).webp({ lossless: true }),
  ),
};

/** Images whose decoding ends in arithmetic that decoders may round differently. */
export const LOSSY_IMAGES: Readonly<Record<string, Make>> = {
  jpeg: made(soft(300, 200).jpeg()),
  "jpeg, noise": made(noise(123, 77).jpeg({ quality: 60 })),
  "jpeg, progressive": made(soft(301, 203).jpeg({ progressive: true })),
  "jpeg, not subsampled": made(soft(123, 77).jpeg({ chromaSubsampling: "4:4:4" })),
  "jpeg, greyscale": made(soft(123, 77).greyscale().jpeg()),
  "jpeg, one pixel": made(noise(1, 1).jpeg()),
  "jpeg, one column": made(soft(1, 301).jpeg()),
  "jpeg, one row": made(soft(301, 1).jpeg()),
  "jpeg, wide gamut": made(soft(123, 77).withIccProfile("p3").jpeg()),
  ...Object.fromEntries(
    [2, 3, 4, 5, 6, 7, 8].map((orientation) => [
      `jpeg, EXIF ${orientation}`,
      made(soft(123, 77).withMetadata({ orientation }).jpeg()),
    ]),
  ),
  "jpeg, inks": made(soft(123, 77).toColourspace("cmyk").jpeg()),
  "jpeg, inks, progressive": made(
    soft(123, 77).toColourspace("cmyk").jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
  ),
  avif: made(soft(300, 200).avif()),
  ...Object.fromEntries(
    [2, 3, 4, 5, 6, 7, 8].map((orientation) => [
      `avif, turned as EXIF ${orientation}`,
      made(soft(123, 77).withMetadata({ orientation }).avif()),
    ]),
  ),
  webp: made(soft(300, 200).webp()),
  "webp, animated": made(frames(3).webp({ delay: [100, 100] })),
  "webp, noise": made(noise(123, 77).webp({ quality: 60 })),
  "webp, alpha": made(transparent(61, 40).webp()),
  "webp, one pixel": made(noise(1, 1).webp()),
};

/** A PNG of a kind that sharp does not write, 24 x 17 with noise for samples. */
function ownPng(
  kind: Pick<PngHeader, "depth" | "colour">,
  bytesAPixel: number,
  ...before: Chunk[]
): Make {
  const header = { width: 24, height: 17, ...kind };
  const rowBytes = Math.ceil(header.width * bytesAPixel);
  const samples = noiseImage(rowBytes + 1, header.height, 3).data.subarray(0, (rowBytes + 1) * 17);
  for (let y = 0; y < header.height; y++) {
    samples[y * (rowBytes + 1)] = 0; // No filter.
  }
  return async () => png(header, samples, ...before);
}
