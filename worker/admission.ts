import { Problem } from "./problem.ts";

export interface AdmissionLimits {
  /** Pictures in work at once. */
  readonly MAX_JOBS: number;
  /** Requests that may wait for a place. */
  readonly MAX_WAITING: number;
  /** How long each of them waits. */
  readonly MAX_WAIT_MS: number;
  /** Bytes of pictures that all jobs together hold. */
  readonly MAX_HELD_BYTES: number;
}

/**
 * A place among the jobs of an isolate, whose memory all of them share.
 *
 * Decoding needs no counting: it does not yield, so that there is one decoded picture at a time.
 */
export interface Place {
  /**
   * Counts bytes as they arrive. It never waits, as jobs that hold some and wait for more would
   * wait for each other for ever; and it never refuses the only job there is.
   *
   * @throws Problem `overloaded`
   */
  hold(bytes: number): void;
  leave(): void;
}

/**
 * A job that is this old was ended by the platform without a chance to leave. Twice what a
 * download and an upload may take at most.
 */
const abandonedMs = 240_000;

export class Admission {
  readonly #jobs = new Set<{ bytes: number; readonly since: number }>();
  readonly #queue: (() => void)[] = [];
  readonly #limits: AdmissionLimits;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** @throws Problem `overloaded`, or the signal's reason */
  async enter(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    this.#forgetAbandoned();
    if (this.#jobs.size >= this.#limits.MAX_JOBS) await this.#wait(signal);
    const job = { bytes: 0, since: Date.now() };
    this.#jobs.add(job);
    return {
      hold: (bytes) => {
        job.bytes += bytes;
        if (this.#jobs.size > 1 && this.#heldBytes() > this.#limits.MAX_HELD_BYTES) {
          throw overloaded("The pictures in work hold all the memory there is for them.");
        }
      },
      leave: () => {
        if (this.#jobs.delete(job)) this.#queue.shift()?.();
      },
    };
  }

  #heldBytes(): number {
    return [...this.#jobs].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { MAX_WAITING, MAX_WAIT_MS } = this.#limits;
    if (this.#queue.length >= MAX_WAITING) throw overloaded("Too many requests wait already.");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leaveQueue = () => {
      const index = this.#queue.indexOf(resolve);
      if (index >= 0) this.#queue.splice(index, 1);
    };
    const give = (reason: unknown) => {
      leaveQueue();
      reject(reason);
    };
    const late = () => give(overloaded(`No place became free in ${MAX_WAIT_MS} ms.`));
    const gone = () => give(signal.reason);
    const timer = setTimeout(late, MAX_WAIT_MS);
    signal.addEventListener("abort", gone, { once: true });
    this.#queue.push(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", gone);
    });
  }

  #forgetAbandoned(): void {
    const oldest = Date.now() - abandonedMs;
    for (const job of this.#jobs) if (job.since < oldest) this.#jobs.delete(job);
  }
}

function overloaded(detail: string): Problem {
  return new Problem("overloaded", detail, { headers: { "Retry-After": "2" } });
}
