import type { KeepAlive } from "../loaded-once.ts";
import { clientGone } from "../problem.ts";
import { Pulse, WorkerGone } from "../pulse.ts";

/** Who wants some work done: one of perhaps many at the same time. */
export interface Party {
  /** Aborted when it does not want the result any more. */
  readonly signal: AbortSignal;
  /** Keeps its request alive beyond its answer. */
  readonly keepAlive: KeepAlive;
}

export interface Work<T> {
  /** @param signal - aborted when nobody wants the result any more. */
  run(signal: AbortSignal): Promise<T>;
  /** What comes after the result was given out, and before the same work may begin anew. */
  after(result: T): Promise<void>;
}

interface Running<T> {
  readonly result: Promise<T>;
  readonly pulse: Pulse;
  waiting: number;
}

/** How often, in milliseconds, who does the work looks whether anybody still wants it. */
const lookMs = 250;

/**
 * Work that several requests of an isolate want done at the same time is done once.
 *
 * The request that comes first does it. It is ended only when all have gone away, not when the first
 * has. What failed for a reason of the first one's own, others try for themselves; as they do where
 * the platform ended it.
 */
export class SharedWork<T> {
  readonly #running = new Map<string, Running<T>>();
  readonly #isOwn: (error: unknown) => boolean;

  /** @param isOwn - whether work failed for a reason that concerns only who did it. */
  constructor(isOwn: (error: unknown) => boolean) {
    this.#isOwn = isOwn;
  }

  /** @throws Problem `client_gone`; whatever the work throws */
  async do(
    key: string,
    party: Party,
    work: Work<T>,
  ): Promise<{ readonly result: T; readonly joined: boolean }> {
    for (;;) {
      const running = this.#running.get(key);
      if (!running) {
        const started = this.#start(key, party, work);
        return { result: await this.#wait(key, started, party, started.result), joined: false };
      }
      try {
        const result = running.pulse.outlive(running.result);
        return { result: await this.#wait(key, running, party, result), joined: true };
      } catch (error) {
        if (error instanceof WorkerGone) this.#forget(key, running);
        else if (party.signal.aborted || !this.#isOwn(error)) throw error;
      }
    }
  }

  #start(key: string, { keepAlive }: Party, work: Work<T>): Running<T> {
    const abandon = new AbortController();
    const pulse = new Pulse();
    const running = { result: work.run(abandon.signal), pulse, waiting: 0 };
    this.#running.set(key, running);
    // Ended by the request that does it, as the platform does not like one to meddle with another's.
    const look = setInterval(() => {
      if (running.waiting === 0) abandon.abort(clientGone());
    }, lookMs);
    const whole = running.result
      .then((result) => work.after(result))
      .catch(() => undefined)
      .finally(() => {
        clearInterval(look);
        pulse.stop();
        this.#forget(key, running);
      });
    keepAlive(whole);
    return running;
  }

  async #wait(key: string, running: Running<T>, { signal }: Party, result: Promise<T>): Promise<T> {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const leave = () => {
      running.waiting--;
      if (running.waiting === 0) this.#forget(key, running);
      reject(clientGone());
    };
    running.waiting++;
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
