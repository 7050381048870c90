/**
 * The thread of a page that captions: a Web Worker, which loads the model once and captions one image
 * after the other. It needs no network; the page downloads the files and hands them over.
 *
 * @module
 */
import { UserError } from "../../core/errors.ts";
import type { ThreadAnswer, ThreadRequest } from "../messages.ts";
import { caption, type Loaded, load } from "./caption.ts";

let loaded: Loaded | undefined;

/** Requests that wait for their turn and were aborted meanwhile. */
const aborted = new Set<number>();

let last: Promise<void> = Promise.resolve();

async function answer(request: ThreadRequest): Promise<ThreadAnswer> {
  const { id } = request;
  try {
    if ("load" in request) {
      loaded = await load(request.load.index, request.load.files);
    } else if ("caption" in request && loaded && !aborted.has(id)) {
      const { image, options } = request.caption;
      return { id, answer: await caption(loaded, image, options) };
    }
    return { id, answer: undefined };
  } catch (error) {
    return { id, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: "internal_error", message: `The captioner failed unexpectedly: ${reason}` };
}

addEventListener("message", ({ data: request }: MessageEvent<ThreadRequest>) => {
  if ("abort" in request) {
    aborted.add(request.id);
    return;
  }
  last = last.then(async () => {
    // Lets messages arrive that abort this request.
    await new Promise((resolve) => setTimeout(resolve));
    const answered = await answer(request);
    aborted.delete(request.id);
    postMessage(answered);
  });
});
