import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { drawKey, uniformDraws } from "../../../core/random-draws.ts";
import { type Audit, finishedImages } from "./audit.ts";
import { serveImages, soakImages } from "./images.ts";
import { createTables, LocalSite } from "./local-site.ts";

export interface QueueSoakOptions {
  readonly images: number;
  /** How often all processes are killed. */
  readonly kills: number;
  /** Whether the real captioner writes the captions. */
  readonly real: boolean;
  /** Decides the moments of the kills. */
  readonly seed: number;
}

export interface QueueSoakReport {
  readonly options: QueueSoakOptions;
  readonly audit: Audit;
  /** Images whose text in KV is not that of D1. */
  readonly differentTexts: number;
  /** How many images were finished at each kill. */
  readonly killedAt: readonly number[];
  /** The highest resident memory of workerd in each tenth of the images, in MiB. */
  readonly memory: readonly number[];
  /** From the first image to the last, restarts included. */
  readonly seconds: number;
}

/** The most images that are added in one request. */
const ADDED_AT_ONCE = 1000;

const AUDIT_MS = 250;

/** In place of the Cron Trigger, which comes each minute. */
const SWEEP_MS = 2000;

/** The longest time between the moment when a kill is due and the kill. */
const KILL_DELAY_MS = 1000;

/** If nothing is finished for so long, images are lost. */
const STUCK_MS = 180_000;

/**
 * Puts images through the local queue, while all processes are killed at random moments.
 *
 * @param progress - called with the number of finished images.
 */
export async function runQueueSoak(
  options: QueueSoakOptions,
  progress: (finished: number) => void = () => {},
): Promise<QueueSoakReport> {
  const state = await mkdtemp(join(tmpdir(), "edge-caption-soak-"));
  await createTables(state);
  const origin = options.real ? await serveImages() : undefined;
  const start = () => LocalSite.start({ state, imageHost: origin?.host });
  const run = new Run(options, await start(), start);
  try {
    const began = Date.now();
    await run.add(soakImages(origin?.host ?? "images.example", options.images));
    await run.finish(progress);
    return await run.report((Date.now() - began) / 1000);
  } finally {
    await run.stop();
    origin?.close();
    await rm(state, { recursive: true, force: true });
  }
}

class Run {
  readonly #options: QueueSoakOptions;
  readonly #start: () => Promise<LocalSite>;
  #site: LocalSite;
  readonly #memory: number[] = [];
  readonly #killedAt: number[] = [];

  constructor(options: QueueSoakOptions, site: LocalSite, start: () => Promise<LocalSite>) {
    this.#options = options;
    this.#site = site;
    this.#start = start;
  }

  async add(images: readonly { key: string; url: string }[]): Promise<void> {
    for (let from = 0; from < images.length; from += ADDED_AT_ONCE) {
      await this.#site.add(images.slice(from, from + ADDED_AT_ONCE));
    }
  }

  /** Waits until all images are finished, or nothing moves any more. */
  async finish(progress: (finished: number) => void): Promise<void> {
    const { images, kills, seed } = this.#options;
    const draws = [...uniformDraws(drawKey(seed, "kills"), 2 * kills)];
    const due = draws.slice(0, kills).map((draw) => draw * images);
    const delays = draws.slice(kills).map((draw) => draw * KILL_DELAY_MS);
    due.sort((one, other) => one - other);
    let finished = 0;
    let moved = Date.now();
    let swept = Date.now();
    while (finished < images && Date.now() - moved < STUCK_MS) {
      await pause(AUDIT_MS);
      const now = finishedImages(await this.#site.audit());
      if (now > finished) moved = Date.now();
      finished = now;
      progress(finished);
      this.#noteMemory(finished);
      if (due[0] !== undefined && finished >= due[0]) {
        due.shift();
        await pause(delays.shift() ?? 0);
        await this.#kill(finished);
      } else if (Date.now() - swept > SWEEP_MS) {
        swept = Date.now();
        await this.#site.sweep();
      }
    }
  }

  #noteMemory(finished: number): void {
    const tenth = Math.min(9, Math.floor((10 * finished) / this.#options.images));
    this.#memory[tenth] = Math.max(this.#memory[tenth] ?? 0, this.#site.memory());
  }

  async #kill(finished: number): Promise<void> {
    this.#killedAt.push(finished);
    await this.#site.kill();
    this.#site = await this.#start();
    await this.#site.resume();
  }

  async report(seconds: number): Promise<QueueSoakReport> {
    await this.#site.sweep();
    return {
      options: this.#options,
      audit: await this.#site.audit(),
      differentTexts: await this.#site.differentTexts(),
      killedAt: this.#killedAt,
      memory: this.#memory,
      seconds,
    };
  }

  stop(): Promise<void> {
    return this.#site.kill();
  }
}
