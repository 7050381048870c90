/** The package's own types take it for an ES module, which it is not. */
declare module "sharp-phash" {
  import type { SharpOptions } from "sharp";
  /** The perceptual hash of a picture: 64 characters, 0 or 1. */
  export default function phash(image: Buffer, options?: SharpOptions): Promise<string>;
}
