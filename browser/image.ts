import { CaptionerError } from "./error.ts";
import type { ThreadImage } from "./messages.ts";

/** An image: a file, its URL, or something that the browser has decoded. */
export type ImageSource = Blob | URL | string | ImageBitmap | HTMLImageElement;

/**
 * Reads an image for the thread.
 *
 * @param pixels - the most pixels that are read from a decoded image.
 * @throws {CaptionerError} `invalid_url`, `unreachable`, `upstream_status`, `broken_image`,
 *   `empty_image`, `too_many_pixels`, `unreadable_element`; the signal's reason
 */
export async function readImage(
  source: ImageSource,
  pixels: number,
  signal: AbortSignal | undefined,
): Promise<ThreadImage> {
  if (source instanceof Blob) return { bytes: await readBlob(source) };
  if (source instanceof ImageBitmap) return samplesOf(source, source, pixels);
  if (source instanceof HTMLImageElement) {
    await decoded(source);
    const { naturalWidth: width, naturalHeight: height } = source;
    return samplesOf(source, { width, height }, pixels);
  }
  return { bytes: await fetchBytes(String(source), signal) };
}

async function readBlob(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (cause) {
    throw new CaptionerError("broken_image", "The file can no longer be read: choose it again.", {
      cause,
    });
  }
}

async function fetchBytes(text: string, signal: AbortSignal | undefined): Promise<ArrayBuffer> {
  const url = URL.parse(text, document.baseURI);
  if (!url) throw new CaptionerError("invalid_url", `"${text}" is not a URL.`);
  try {
    const response = await fetch(url, { signal: signal ?? null });
    if (response.ok) return await response.arrayBuffer();
    const answered = `${url.host || url.protocol} answered with status ${response.status}.`;
    throw new CaptionerError("upstream_status", answered);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof CaptionerError) throw cause;
    throw new CaptionerError(
      "unreachable",
      `${url.host || url.protocol} cannot be reached, or does not let this page read its images (CORS).`,
      { cause },
    );
  }
}

async function decoded(image: HTMLImageElement): Promise<void> {
  try {
    await image.decode();
  } catch (cause) {
    throw new CaptionerError("broken_image", "The browser cannot load or decode the image.", {
      cause,
    });
  }
}

function samplesOf(
  source: ImageBitmap | HTMLImageElement,
  { width, height }: { readonly width: number; readonly height: number },
  most: number,
): ThreadImage {
  if (width * height === 0) throw new CaptionerError("empty_image", "The image has no pixels.");
  if (width * height > most) {
    throw new CaptionerError(
      "too_many_pixels",
      `The image has ${width} x ${height} pixels; at most ${most} are read.`,
    );
  }
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context)
    throw new CaptionerError(
      "internal_error",
      "The browser cannot create a canvas: close other pages and try again.",
    );
  context.drawImage(source, 0, 0, width, height);
  try {
    return { samples: context.getImageData(0, 0, width, height).data.buffer, width, height };
  } catch (cause) {
    throw new CaptionerError(
      "unreadable_element",
      'This page may not read the image\'s pixels: load it with crossorigin="anonymous".',
      { cause },
    );
  }
}
