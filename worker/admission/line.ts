import { Problem } from "../problem.ts";

export interface LineLimits {
  /** Requests that may wait for a place. */
  readonly MAX_WAITING: number;
  /** How long each of them waits. */
  readonly MAX_WAIT_MS: number;
}

/** A queue, in which nobody waits for long. */
export class Line {
  readonly #waiting: (() => void)[] = [];
  readonly #limits: LineLimits;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** Lets the first one go on. */
  next(): void {
    this.#waiting.shift()?.();
  }

  /** Lets everybody go on. */
  all(): void {
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  /** @throws Problem `overloaded`, or the signal's reason */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { MAX_WAITING, MAX_WAIT_MS } = this.#limits;
    if (this.#waiting.length >= MAX_WAITING) throw overloaded("Too many requests wait already.");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const give = (reason: unknown) => {
      const index = this.#waiting.indexOf(resolve);
      if (index >= 0) this.#waiting.splice(index, 1);
      reject(reason);
    };
    const late = () => give(overloaded(`No place became free in ${MAX_WAIT_MS} ms.`));
    const gone = () => give(signal.reason);
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

export function overloaded(detail: string): Problem {
  return new Problem("overloaded", detail, { headers: { "Retry-After": "2" } });
}
