/** How often who works says so. */
const beatMs = 250;

/** So many beats that nobody hears mean that nobody works any more. */
const beatsUntilGone = 12;

/** Whoever did the work is not there any more, and what it promised will never come. */
export class WorkerGone extends Error {
  constructor() {
    super("The request that did the work was ended.");
  }
}

/**
 * What a request that works for others is known to live by.
 *
 * The platform may end a request midway (half a minute after its client has gone away, say), and
 * then nothing of it runs on: what it promised is neither kept nor broken, and whoever waits for it
 * would wait for ever. A timer tells: it ends with its request.
 *
 * Beats are counted, not timed. An isolate that computes keeps all timers waiting alike, and on
 * Cloudflare the clock stands still meanwhile.
 */
export class Pulse {
  #beats = 0;
  readonly #timer = setInterval(() => this.#beats++, beatMs);

  /** Must be called when the work is done, by the request that does it. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * What another request's work gives.
   *
   * @throws WorkerGone; whatever the work throws
   */
  async outlive<T>(work: Promise<T>): Promise<T> {
    const { promise: gone, reject } = Promise.withResolvers<never>();
    let heard = this.#beats;
    let missed = 0;
    const timer = setInterval(() => {
      missed = this.#beats === heard ? missed + 1 : 0;
      heard = this.#beats;
      if (missed >= beatsUntilGone) reject(new WorkerGone());
    }, beatMs);
    try {
      return await Promise.race([work, gone]);
    } finally {
      clearInterval(timer);
    }
  }
}
