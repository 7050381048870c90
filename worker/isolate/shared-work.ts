import type { KeepAlive } from "../http/environment.ts";
import { clientGone } from "../http/problem.ts";
import { Heartbeat, LeaderGone } from "./heartbeat.ts";

/** A request that waits for the result of shared work. */
export interface Waiter {
  /** Aborted when the request no longer wants the result. */
  readonly signal: AbortSignal;
  readonly keepAlive: KeepAlive;
}

/** Work that several requests may want at the same time. */
export interface Work<T> {
  /** @param signal - aborted when no waiter is left. */
  run(signal: AbortSignal): Promise<T>;
  /** Follows when the result was handed out; until it ends, the same work does not start again. */
  after(result: T): Promise<void>;
}

/** The result of shared work, and whether another request did it. */
interface Shared<T> {
  readonly result: T;
  readonly joined: boolean;
}

interface Running<T> {
  readonly result: Promise<T>;
  readonly heartbeat: Heartbeat;
  waiters: number;
}

/** How often the leader checks for remaining waiters, in milliseconds. */
const CHECK_MS = 250;

/**
 * Does work once that several requests of an isolate want at the same time.
 *
 * The first request is the leader and does the work; later ones wait for its result. The work is
 * aborted when the last waiter has disconnected, not when the leader's client has. A waiter starts
 * anew if the leader failed for its own reason or was ended by the platform.
 */
export class SharedWork<T> {
  readonly #running = new Map<string, Running<T>>();
  readonly #isLeadersOwn: (error: unknown) => boolean;

  /** @param isLeadersOwn - tells whether an error concerns the leader only, not its waiters. */
  constructor(isLeadersOwn: (error: unknown) => boolean) {
    this.#isLeadersOwn = isLeadersOwn;
  }

  /**
   * Does the work of a key, or waits for it if it is under way.
   *
   * @throws {Problem} `client_gone`; whatever the work throws
   */
  async do(key: string, waiter: Waiter, work: Work<T>): Promise<Shared<T>> {
    for (;;) {
      const running = this.#running.get(key);
      if (!running) {
        const started = this.#start(key, waiter, work);
        return { result: await this.#wait(key, started, waiter, started.result), joined: false };
      }
      try {
        const result = running.heartbeat.watch(running.result);
        return { result: await this.#wait(key, running, waiter, result), joined: true };
      } catch (error) {
        if (error instanceof LeaderGone) this.#forget(key, running);
        else if (waiter.signal.aborted || !this.#isLeadersOwn(error)) throw error;
      }
    }
  }

  #start(key: string, { keepAlive }: Waiter, work: Work<T>): Running<T> {
    const abandon = new AbortController();
    const heartbeat = new Heartbeat();
    const running = { result: work.run(abandon.signal), heartbeat, waiters: 0 };
    this.#running.set(key, running);
    // The leader polls: on Workers, one request must not abort another's fetch.
    const check = setInterval(() => {
      if (running.waiters === 0) abandon.abort(clientGone());
    }, CHECK_MS);
    const whole = running.result
      .then((result) => work.after(result))
      .catch(() => undefined)
      .finally(() => {
        clearInterval(check);
        heartbeat.stop();
        this.#forget(key, running);
      });
    keepAlive(whole);
    return running;
  }

  async #wait(
    key: string,
    running: Running<T>,
    { signal }: Waiter,
    result: Promise<T>,
  ): Promise<T> {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const leave = () => {
      running.waiters--;
      if (running.waiters === 0) this.#forget(key, running);
      reject(clientGone());
    };
    running.waiters++;
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([result, ended]);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #forget(key: string, running: Running<T>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
  }
}
