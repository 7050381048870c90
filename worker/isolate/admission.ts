import { Queue, type QueueLimits } from "./queue.ts";

/** Settings of what an isolate takes on at once. */
interface AdmissionLimits extends QueueLimits {
  /** The number of slots. */
  readonly MAX_JOBS: number;
  /** Bytes of image files that all jobs together hold. */
  readonly MAX_HELD_BYTES: number;
  /** Bytes that all jobs together need for decoding. */
  readonly MAX_DECODE_BYTES: number;
}

/** A job's slot: the right to work on one image, and an account of the memory that it takes. */
export interface Slot {
  /**
   * Counts bytes as they arrive, and waits while all jobs together hold too many. The oldest job that
   * holds any never waits, so that one always finishes and frees memory.
   *
   * @throws {Problem} `overloaded`, or the signal's reason
   */
  hold(bytes: number): Promise<void>;
  /**
   * Waits until there is memory for decoding an image, or no other job decodes, and counts it. A
   * decoding job waits for nothing else, so that this wait ends.
   *
   * @throws {Problem} `overloaded`, or the signal's reason
   */
  holdDecoding(bytes: number): Promise<void>;
  /** Gives back all memory, when the image has become a tensor. */
  release(): void;
  /** Gives back the slot. */
  leave(): void;
}

interface Job {
  bytes: number;
  decoding: number;
  readonly since: number;
}

/**
 * A job of this age, in milliseconds, was ended by the platform without giving back its slot. Twice
 * the longest time of a download and an upload.
 */
const ABANDONED_MS = 240_000;

/** Limits how many images an isolate works on at once: all of its requests share one memory. */
export class Admission {
  readonly #jobs = new Set<Job>();
  readonly #limits: AdmissionLimits;
  readonly #forSlots: Queue;
  readonly #forBytes: Queue;
  readonly #forDecoding: Queue;

  /** Creates the slots, all of them free. */
  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    this.#forSlots = new Queue(limits);
    // Only jobs that have a slot wait in these two.
    const forJobs = { ...limits, MAX_WAITING: limits.MAX_JOBS };
    this.#forBytes = new Queue(forJobs);
    this.#forDecoding = new Queue(forJobs);
  }

  /**
   * Waits for a slot.
   *
   * @param signal - ends waiting, for the slot and later for memory.
   * @throws {Problem} `overloaded`, or the signal's reason
   */
  async enter(signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    this.#forgetAbandoned();
    if (this.#jobs.size >= this.#limits.MAX_JOBS) await this.#forSlots.wait(signal);
    const job: Job = { bytes: 0, decoding: 0, since: Date.now() };
    this.#jobs.add(job);
    const release = () => {
      if (job.bytes > 0) {
        job.bytes = 0;
        // There is room now, and perhaps another job is the oldest.
        this.#forBytes.wakeAll();
      }
      if (job.decoding === 0) return;
      job.decoding = 0;
      this.#forDecoding.wakeFirst();
    };
    return {
      hold: (bytes) => this.#holdBytes(job, bytes, signal),
      holdDecoding: (bytes) => this.#holdDecoding(job, bytes, signal),
      release,
      leave: () => {
        release();
        if (this.#jobs.delete(job)) this.#forSlots.wakeFirst();
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
    // The job that made room woke only this one; there may be room for another.
    this.#forDecoding.wakeFirst();
  }

  #sum(what: "bytes" | "decoding"): number {
    return [...this.#jobs].reduce((sum, job) => sum + job[what], 0);
  }

  #forgetAbandoned(): void {
    const oldest = Date.now() - ABANDONED_MS;
    for (const job of this.#jobs) if (job.since < oldest) this.#jobs.delete(job);
  }
}
