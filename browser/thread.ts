import { untilAborted } from "./abort.ts";
import { CaptionerError, type CaptionerErrorCode } from "./error.ts";
import type {
  BrowserAnswer,
  ThreadAnswer,
  ThreadRequest,
  WithheldBrowserAnswer,
} from "./messages.ts";
import { trustedUrl } from "./trusted-types.ts";

/** A request before it has its number. */
type Body<T> = T extends { readonly id: number } ? Omit<T, "id"> : never;

type Answer = BrowserAnswer | WithheldBrowserAnswer | undefined;

interface Waiting {
  resolve(answer: Answer): void;
  reject(reason: CaptionerError): void;
}

/** Runs the Web Worker that captions, and has it do one thing after another. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #end: CaptionerError | undefined;

  /**
   * Starts the thread: from its URL, so that its own headers hold, or from its bytes where that is
   * another site's, since browsers start no Web Worker across origins.
   */
  constructor(url: string, script: ArrayBuffer) {
    const isOwn = new URL(url).origin === location.origin;
    const blob = new Blob([script], { type: "text/javascript" });
    const start = isOwn ? url : URL.createObjectURL(blob);
    this.#worker = new Worker(trustedUrl(start), { type: "module", name: "edge-caption" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<ThreadAnswer>) => {
      URL.revokeObjectURL(start);
      this.#settle(data);
    });
    this.#worker.addEventListener("error", ({ message = "it could not be started" }) => {
      const failed = `The captioner's thread failed: ${message}. Does the page's Content-Security-Policy allow it?`;
      this.end(new CaptionerError("internal_error", failed));
    });
  }

  /**
   * Has the thread do something.
   *
   * @throws {CaptionerError} what the thread failed with; the signal's reason
   */
  async ask(
    body: Body<ThreadRequest>,
    transfer: readonly ArrayBuffer[],
    signal?: AbortSignal,
  ): Promise<Answer> {
    if (this.#end) throw this.#end;
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#worker.postMessage({ id, ...body }, [...transfer]);
    try {
      return await untilAborted(answer, signal);
    } finally {
      if (this.#waiting.delete(id) && !this.#end) {
        this.#worker.postMessage({ id, abort: true } satisfies ThreadRequest);
      }
    }
  }

  #settle(answer: ThreadAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("answer" in answer) {
      waiting?.resolve(answer.answer);
    } else {
      const { code, message } = answer.failure;
      waiting?.reject(new CaptionerError(code as CaptionerErrorCode, message));
    }
  }

  /** Ends the thread, and fails what it is asked for. */
  end(reason: CaptionerError): void {
    this.#end ??= reason;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
  }
}
