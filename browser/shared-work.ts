import { untilAborted } from "./abort.ts";

interface Running<T> {
  readonly result: Promise<T>;
  readonly abortion: AbortController;
  waiters: number;
  isDone: boolean;
}

/**
 * Does work once that several callers wait for. The work is aborted when the last of them has given up;
 * then, or if it failed, the next call begins it anew.
 */
export class SharedWork<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  #running: Running<T> | undefined;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  /** Waits for the result. Throws what the work throws, or the signal's reason. */
  async wait(signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    this.#running ??= this.#start();
    const running = this.#running;
    running.waiters++;
    try {
      return await untilAborted(running.result, signal);
    } finally {
      running.waiters--;
      if (signal?.aborted && running.waiters === 0 && !running.isDone) this.#abort(running);
    }
  }

  #start(): Running<T> {
    const abortion = new AbortController();
    const result = this.#work(abortion.signal);
    const running: Running<T> = { result, abortion, waiters: 0, isDone: false };
    result.then(
      () => {
        running.isDone = true;
      },
      () => this.#forget(running),
    );
    return running;
  }

  #abort(running: Running<T>): void {
    this.#forget(running);
    running.abortion.abort();
  }

  #forget(running: Running<T>): void {
    if (this.#running === running) this.#running = undefined;
  }
}
