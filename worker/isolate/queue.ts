import { overloaded } from "../http/problem.ts";

/** Settings of a queue. */
export interface QueueLimits {
  /** The most requests that may wait. */
  readonly MAX_WAITING: number;
  /** How long each of them waits, in milliseconds. */
  readonly MAX_WAIT_MS: number;
}

/** Makes callers wait, first in, first out, with a limited length and a limited time. */
export class Queue {
  readonly #waiting: (() => void)[] = [];
  readonly #limits: QueueLimits;

  /** Creates an empty queue. */
  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Wakes the first waiter. */
  wakeFirst(): void {
    this.#waiting.shift()?.();
  }

  /** Wakes all waiters. */
  wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /**
   * Waits to be woken.
   *
   * @throws {Problem} `overloaded` when the queue is full or the wait too long; the signal's reason
   */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { MAX_WAITING, MAX_WAIT_MS } = this.#limits;
    if (this.#waiting.length >= MAX_WAITING)
      throw overloaded("The service is overloaded: its queue is full.");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (reason: unknown) => {
      const index = this.#waiting.indexOf(resolve);
      if (index >= 0) this.#waiting.splice(index, 1);
      reject(reason);
    };
    const late = () =>
      leave(overloaded(`The service is overloaded: no slot became free within ${MAX_WAIT_MS} ms.`));
    const gone = () => leave(signal.reason);
    const timer = setTimeout(late, MAX_WAIT_MS);
    signal.addEventListener("abort", gone, { once: true });
    this.#waiting.push(resolve);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", gone);
    }
  }
}
