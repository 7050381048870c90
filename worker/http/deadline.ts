/** A timer that fires later than this, in milliseconds, was held up by computing in the isolate. */
const PUNCTUAL_MS = 30;

/**
 * Limits the time of waiting, with a signal for what can be aborted and a race for what cannot.
 *
 * Timers cannot interrupt computing. While the isolate computes for another request, data that has
 * arrived is not seen yet; the deadline is extended by that time.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #error: Error;
  #timer: ReturnType<typeof setTimeout>;
  readonly #outer: AbortSignal | undefined;
  readonly #abortWithOuter = () => this.#controller.abort(this.#outer?.reason);

  /**
   * @param error - the reason of the signal when time is up.
   * @param outer - a signal that ends waiting earlier, with its own reason.
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
      if (late > PUNCTUAL_MS) this.#timer = this.#startTimer(Math.min(late, milliseconds));
      else this.#controller.abort(this.#error);
    }, milliseconds);
  }

  /** Aborted when time is up, or with the outer signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Returns what the promise resolves to; throws the signal's reason if that aborts first. */
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

  /** Aborts whatever still uses the signal, such as a download that was refused. */
  end(): void {
    this.clear();
    this.#controller.abort();
  }

  /** Stops the timer. Must be called when waiting is over, unless {@link end} is. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#abortWithOuter);
  }
}
