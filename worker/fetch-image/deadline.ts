/** A timer that is later than this was kept from running by an isolate that computed. */
const punctualMs = 30;

/**
 * A limit of time on waiting: a signal for what can be aborted, and a race for what cannot.
 *
 * Timers cannot interrupt computing, only waiting. While an isolate computes another request's
 * caption, answers that have arrived wait to be seen: that time is nobody's fault, and is given back.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #error: Error;
  #timer: ReturnType<typeof setTimeout>;
  readonly #outer: AbortSignal | undefined;
  readonly #abortWithOuter = () => this.#controller.abort(this.#outer?.reason);

  /**
   * @param error - what waiting ends with when time is up.
   * @param outer - ends waiting earlier, with its own reason.
   */
  constructor(milliseconds: number, error: Error, outer?: AbortSignal) {
    this.#outer = outer;
    this.#error = error;
    this.#timer = this.#startTimer(milliseconds);
    if (outer?.aborted) this.#abortWithOuter();
    else outer?.addEventListener("abort", this.#abortWithOuter, { once: true });
  }

  #startTimer(milliseconds: number): ReturnType<typeof setTimeout> {
    const due = Date.now() + milliseconds;
    return setTimeout(() => {
      const late = Date.now() - due;
      if (late > punctualMs) this.#timer = this.#startTimer(Math.min(late, milliseconds));
      else this.#controller.abort(this.#error);
    }, milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the promise gives, or the reason why time was up first. */
  async race<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Ends what the signal was given to and is not finished: a download that was refused, say. */
  end(): void {
    this.clear();
    this.#controller.abort();
  }

  /** Must be called when nothing waits any longer, unless {@link end} is. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#abortWithOuter);
  }
}
