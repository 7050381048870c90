import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { CaptionedImage, Picture } from "./dataset.ts";
import { readPicture } from "./picture.ts";

/** A picture in a file of its own. */
export class ImageFile implements CaptionedImage {
  readonly id: string;
  readonly path: string;
  readonly captions: readonly string[];

  constructor(id: string, path: string, captions: readonly string[]) {
    this.id = id;
    this.path = path;
    this.captions = captions;
  }

  /** The same picture with some of its captions. */
  withCaptions(captions: readonly string[]): ImageFile {
    return new ImageFile(this.id, this.path, captions);
  }

  read(): Promise<Picture> {
    return readPicture(this.path);
  }

  async fingerprint(): Promise<string> {
    return createHash("sha256")
      .update(await readFile(this.path))
      .digest("hex");
  }
}
