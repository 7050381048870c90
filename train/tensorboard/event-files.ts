import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { LogEntry, LogListener } from "../../run-files/log.ts";
import { record } from "./records.ts";
import { fileVersion, summaryEvent } from "./summaries.ts";

/** Events that are written at once when a whole log is. */
const eventsAtOnce = 1000;

/**
 * The event files of a run, `<stage>/events.out.tfevents.*`: a folder a stage, because TensorBoard
 * gives each folder a colour of its own. They say what the log says, and are written along with it.
 *
 * A run that goes on writes them anew from what is left of its log: TensorBoard would show steps
 * that were taken twice as a curve that runs back.
 */
export class EventFiles implements LogListener {
  readonly #folder: string;
  readonly #paths = new Map<string, string>();
  /** Records that are not written yet, all of one file. */
  #waiting: { readonly path: string; readonly records: Uint8Array[] } = { path: "", records: [] };
  #stage: string | undefined;
  #steps = 0;
  #wallTime = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins anew with the whole of a log. */
  restart(entries: readonly LogEntry[]): void {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#paths.clear();
    this.#stage = undefined;
    this.#steps = 0;
    for (const entry of entries) this.#take(entry);
    this.#flush();
  }

  write(entry: LogEntry): void {
    this.#take(entry);
    this.#flush();
  }

  #take(entry: LogEntry): void {
    // The entries of older versions have no time: theirs is the last that is known.
    if (entry.time !== undefined) this.#wallTime = Date.parse(entry.time) / 1000;
    if ("stage" in entry) this.#stage = entry.stage;
    if (entry.event === "step") this.#steps++;
    if (this.#stage === undefined) return;
    const event = summaryEvent(entry, this.#wallTime, this.#steps);
    if (event) this.#append(this.#pathOf(this.#stage), event);
  }

  /** The file of a stage, begun if it is not there. */
  #pathOf(stage: string): string {
    const known = this.#paths.get(stage);
    if (known !== undefined) return known;
    const begun = Math.floor(this.#wallTime);
    const path = join(this.#folder, stage, `events.out.tfevents.${begun}.${hostname()}`);
    this.#paths.set(stage, path);
    this.#append(path, fileVersion(this.#wallTime));
    return path;
  }

  #append(path: string, event: Uint8Array): void {
    const { path: before, records } = this.#waiting;
    if (path !== before || records.length >= eventsAtOnce) {
      this.#flush();
      this.#waiting = { path, records: [] };
    }
    this.#waiting.records.push(record(event));
  }

  #flush(): void {
    const { path, records } = this.#waiting;
    if (records.length === 0) return;
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, Buffer.concat(records));
    this.#waiting = { path, records: [] };
  }
}
