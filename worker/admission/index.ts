/**
 * How much an isolate takes on at once: all its requests share one memory.
 *
 * @module
 */

import { Line, type LineLimits } from "./line.ts";

export interface AdmissionLimits extends LineLimits {
  /** Pictures in work at once. */
  readonly MAX_JOBS: number;
  /** Bytes of pictures that all jobs together hold. */
  readonly MAX_HELD_BYTES: number;
  /** Bytes that all jobs together need for decoding. */
  readonly MAX_DECODE_BYTES: number;
}

/** A place among the jobs of an isolate. */
export interface Place {
  /**
   * Counts bytes as they arrive, and waits while there are too many. The oldest of the jobs that
   * hold any never waits, so that there is always one that comes to its end and makes room.
   *
   * @throws Problem `overloaded`, or the signal's reason
   */
  hold(bytes: number): Promise<void>;
  /**
   * Counts the memory that decoding a picture is about to take, when there is room for it, or when
   * no other job is decoding. Who decodes waits for nothing but its own decoder, so that this wait
   * ends.
   *
   * @throws Problem `overloaded`, or the signal's reason
   */
  holdDecoding(bytes: number): Promise<void>;
  /** Gives back all bytes, once the picture is a tensor. */
  release(): void;
  leave(): void;
}

interface Job {
  bytes: number;
  decoding: number;
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
  readonly #forBytes: Line;
  readonly #forDecoding: Line;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    this.#forPlaces = new Line(limits);
    // Who waits there has a place already.
    const forJobs = { ...limits, MAX_WAITING: limits.MAX_JOBS };
    this.#forBytes = new Line(forJobs);
    this.#forDecoding = new Line(forJobs);
  }

  /**
   * @param signal - ends waiting for a place, and later for room.
   * @throws Problem `overloaded`, or the signal's reason
   */
  async enter(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    this.#forgetAbandoned();
    if (this.#jobs.size >= this.#limits.MAX_JOBS) await this.#forPlaces.wait(signal);
    const job: Job = { bytes: 0, decoding: 0, since: Date.now() };
    this.#jobs.add(job);
    const release = () => {
      if (job.bytes > 0) {
        job.bytes = 0;
        // There is room now, and perhaps another oldest.
        this.#forBytes.all();
      }
      if (job.decoding === 0) return;
      job.decoding = 0;
      this.#forDecoding.next();
    };
    return {
      hold: (bytes) => this.#holdBytes(job, bytes, signal),
      holdDecoding: (bytes) => this.#holdDecoding(job, bytes, signal),
      release,
      leave: () => {
        release();
        if (this.#jobs.delete(job)) this.#forPlaces.next();
      },
    };
  }

  async #holdBytes(job: Job, bytes: number, signal: AbortSignal): Promise<void> {
    job.bytes += bytes;
    const mayGoOn = () =>
      this.#sum("bytes") <= this.#limits.MAX_HELD_BYTES ||
      [...this.#jobs].find((candidate) => candidate.bytes > 0) === job;
    while (!mayGoOn()) await this.#forBytes.wait(signal);
  }

  async #holdDecoding(job: Job, bytes: number, signal: AbortSignal): Promise<void> {
    const hasRoom = () => {
      const held = this.#sum("decoding");
      return held === 0 || held + bytes <= this.#limits.MAX_DECODE_BYTES;
    };
    while (!hasRoom()) await this.#forDecoding.wait(signal);
    job.decoding = bytes;
    // There may be room for one more, whom the one that made room for us did not wake.
    this.#forDecoding.next();
  }

  #sum(what: "bytes" | "decoding"): number {
    return [...this.#jobs].reduce((sum, job) => sum + job[what], 0);
  }

  #forgetAbandoned(): void {
    const oldest = Date.now() - abandonedMs;
    for (const job of this.#jobs) if (job.since < oldest) this.#jobs.delete(job);
  }
}
