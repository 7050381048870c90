import { readFile } from "node:fs/promises";
import type { Captioner, CaptionOptions } from "../../core/captioner.ts";
import { type Decoders, decodeImage } from "../../core/codecs/decode.ts";
import type { ImageHeader } from "../../core/codecs/header.ts";
import { UserError } from "../../core/errors.ts";
import { orientSize } from "../../core/image/orient.ts";
import { prepare } from "../../core/image/prepare.ts";
import { systemErrorText } from "../../node/system-errors.ts";

/** A picture's best caption. */
export interface FileCaption {
  readonly path: string;
  readonly caption: string;
  readonly tokens: readonly string[];
  /** Natural logarithm of the caption's probability. */
  readonly logProbability: number;
  /** Width and height as the picture is seen. */
  readonly image: Pick<ImageHeader, "width" | "height" | "format">;
}

/** Room for any camera's picture; a decompression bomb still ends before the memory does. */
const limits = { pixels: 200_000_000 };

/**
 * Captions a picture's file, by the code and the codecs of the Worker.
 *
 * @throws UserError `unreadable_file`, or with a code of `IMAGE_ERRORS`; the message names the file
 */
export async function captionFile(
  path: string,
  captioner: Captioner,
  decoders: Decoders,
  options: CaptionOptions,
): Promise<FileCaption> {
  const bytes = await read(path);
  const { pixels, header } = await decodeImage(bytes, decoders, limits).catch(naming(path));
  const input = prepare(pixels, header.orientation, captioner.bundle.manifest.preparation);
  const [best] = await captioner.caption(input, options);
  if (best === undefined) {
    throw new Error("the search found no caption at all");
  }
  const { caption, tokens, logProbability } = best;
  const image = { ...orientSize(header, header.orientation), format: header.format };
  return { path, caption, tokens, logProbability, image };
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new UserError("unreadable_file", `${path} cannot be read: ${systemErrorText(cause)}.`, {
      cause,
    });
  }
}

function naming(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof UserError) {
      throw new UserError(error.code, `${path}: ${error.message}`, { cause: error });
    }
    throw error;
  };
}
