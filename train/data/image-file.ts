import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { CaptionedImage } from "./dataset.ts";
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

  readonly read = () => readPicture(this.path);

  readonly fingerprint = async () =>
    createHash("sha256")
      .update(await readFile(this.path))
      .digest("hex");
}
