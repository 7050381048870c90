import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { CaptionedImage, OrientedImage } from "./dataset.ts";
import { readImage } from "./read-image.ts";

/** Reads an image from its file. */
export class ImageFile implements CaptionedImage {
  readonly id: string;
  readonly path: string;
  readonly captions: readonly string[];

  constructor(id: string, path: string, captions: readonly string[]) {
    this.id = id;
    this.path = path;
    this.captions = captions;
  }

  /** Returns the same image with other captions. */
  withCaptions(captions: readonly string[]): ImageFile {
    return new ImageFile(this.id, this.path, captions);
  }

  read(): Promise<OrientedImage> {
    return readImage(this.path);
  }

  async fingerprint(): Promise<string> {
    return createHash("sha256")
      .update(await readFile(this.path))
      .digest("hex");
  }
}
