/** The package's own types describe an ES module, but it is CommonJS. */
declare module "sharp-phash" {
  import type { SharpOptions } from "sharp";
  /** Computes the perceptual hash of an image: 64 characters, 0 or 1. */
  export default function phash(image: Buffer, options?: SharpOptions): Promise<string>;
}
