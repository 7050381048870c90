/**
 * How much an isolate takes on at once: all its requests share one memory.
 *
 * @module
 */

import { Line, type LineLimits, overloaded } from "./line.ts";

export interface AdmissionLimits extends LineLimits {
  /** Pictures in work at once. */
  readonly MAX_JOBS: number;
  /** Bytes of pictures that all jobs together hold. */
  readonly MAX_HELD_BYTES: number;
  /** Pixels that all jobs together hold. */
  readonly MAX_HELD_PIXELS: number;
}

/** A place among the jobs of an isolate. */
export interface Place {
  /**
   * Counts bytes as they arrive. It never waits, as jobs that hold some and wait for more would
   * wait for each other for ever; and it never refuses the only job there is.
   *
   * @throws Problem `overloaded`
   */
  hold(bytes: number): void;
  /**
   * Counts the pixels of a picture that is about to be decoded, when there is room for them, or when
   * no other job holds any. Who holds pixels waits for nothing but its own decoder, so that this
   * wait ends.
   *
   * @throws Problem `overloaded`, or the signal's reason
   */
  holdPixels(pixels: number, signal: AbortSignal): Promise<void>;
  /** Gives back bytes and pixels, once the picture is a tensor. */
  release(): void;
  leave(): void;
}

interface Job {
  bytes: number;
  pixels: number;
  readonly since: number;
}

/**
 * A job that is this old was ended by the platform without a chance to leave. Twice what a
 * download and an upload may take at most.
 */
const abandonedMs = 240_000;

export class Admission {
  readonly #jobs = new Set<Job>();
  readonly #limits: AdmissionLimits;
  readonly #forPlaces: Line;
  readonly #forPixels: Line;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    this.#forPlaces = new Line(limits);
    // Who waits there has a place already.
    this.#forPixels = new Line({ ...limits, MAX_WAITING: limits.MAX_JOBS });
  }

  /** @throws Problem `overloaded`, or the signal's reason */
  async enter(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    this.#forgetAbandoned();
    if (this.#jobs.size >= this.#limits.MAX_JOBS) await this.#forPlaces.wait(signal);
    const job: Job = { bytes: 0, pixels: 0, since: Date.now() };
    this.#jobs.add(job);
    const release = () => {
      job.bytes = 0;
      if (job.pixels === 0) return;
      job.pixels = 0;
      this.#forPixels.next();
    };
    return {
      hold: (bytes) => this.#holdBytes(job, bytes),
      holdPixels: (pixels, givenSignal) => this.#holdPixels(job, pixels, givenSignal),
      release,
      leave: () => {
        release();
        if (this.#jobs.delete(job)) this.#forPlaces.next();
      },
    };
  }

  #holdBytes(job: Job, bytes: number): void {
    job.bytes += bytes;
    if (this.#jobs.size > 1 && this.#sum("bytes") > this.#limits.MAX_HELD_BYTES) {
      throw overloaded("The pictures in work hold all the memory there is for them.");
    }
  }

  async #holdPixels(job: Job, pixels: number, signal: AbortSignal): Promise<void> {
    const hasRoom = () => {
      const held = this.#sum("pixels");
      return held === 0 || held + pixels <= this.#limits.MAX_HELD_PIXELS;
    };
    while (!hasRoom()) await this.#forPixels.wait(signal);
    job.pixels = pixels;
    // There may be room for one more, whom the one that made room for us did not wake.
    this.#forPixels.next();
  }

  #sum(what: "bytes" | "pixels"): number {
    return [...this.#jobs].reduce((sum, job) => sum + job[what], 0);
  }

  #forgetAbandoned(): void {
    const oldest = Date.now() - abandonedMs;
    for (const job of this.#jobs) if (job.since < oldest) this.#jobs.delete(job);
  }
}
