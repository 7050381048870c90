import { readFile } from "node:fs/promises";
import type { Captioner, CaptionOptions } from "../../core/captioner.ts";
import { checkImage, type Decoders } from "../../core/codecs/decode.ts";
import type { ImageHeader } from "../../core/codecs/header.ts";
import { prepareImage } from "../../core/codecs/prepare-image.ts";
import { UserError } from "../../core/errors.ts";
import { orientSize } from "../../core/image/orient.ts";
import { systemErrorText } from "../../node/cli/system-errors.ts";

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
  const { input, header } = await prepareFile(path, captioner, decoders);
  const [best] = await captioner.caption(input, options);
  if (best === undefined) {
    throw new Error("the search found no caption at all");
  }
  const { caption, tokens, logProbability } = best;
  const image = { ...orientSize(header, header.orientation), format: header.format };
  return { path, caption, tokens, logProbability, image };
}

async function prepareFile(path: string, { bundle }: Captioner, decoders: Decoders) {
  const bytes = await read(path);
  try {
    const image = checkImage(bytes, limits);
    const input = await prepareImage(image, bundle.manifest.preparation, decoders);
    return { input, header: image.header };
  } catch (error) {
    throw naming(path, error);
  }
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

/** An error that says which file is meant, where it is the file's fault. */
function naming(path: string, error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(error.code, `${path}: ${error.message}`, { cause: error });
}
