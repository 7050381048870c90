/** The interval between two beats, in milliseconds. */
const BEAT_MS = 250;

/** After this many missed beats, the leader counts as ended by the platform. */
const MISSED_BEATS = 12;

/** Thrown to a waiter when the request that did the work was ended by the platform. */
export class LeaderGone extends Error {
  constructor() {
    super("The request that did the work was ended.");
  }
}

/**
 * Tells waiters whether the leader, the request that works for them, is still running.
 *
 * The platform may end a request midway, for example half a minute after its client disconnected.
 * None of its code runs then: its promises never settle, and waiters would hang. Its timers stop as
 * well, which is how they notice.
 *
 * Beats are counted rather than timed: an isolate that computes delays the timers of leader and
 * waiters alike, and Cloudflare's clock stands still meanwhile.
 */
export class Heartbeat {
  #beats = 0;
  readonly #timer = setInterval(() => this.#beats++, BEAT_MS);

  /** Stops the beat. Must be called by the leader when its work is done. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * Waits for the leader's work.
   *
   * @throws {LeaderGone} when the beat has stopped; whatever the work throws
   */
  async watch<T>(work: Promise<T>): Promise<T> {
    const { promise: gone, reject } = Promise.withResolvers<never>();
    let seen = this.#beats;
    let missed = 0;
    const timer = setInterval(() => {
      missed = this.#beats === seen ? missed + 1 : 0;
      seen = this.#beats;
      if (missed >= MISSED_BEATS) reject(new LeaderGone());
    }, BEAT_MS);
    try {
      return await Promise.race([work, gone]);
    } finally {
      clearInterval(timer);
    }
  }
}
