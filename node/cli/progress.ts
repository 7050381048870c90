import { SingleBar } from "cli-progress";

/** Shows the progress of long work on standard error. */
export interface ProgressBar {
  /** @param note - shown after the bar, such as a loss. */
  update(done: number, note?: string): void;
  stop(): void;
}

/** The number of lines that report the progress if standard error is not a terminal. */
const LINES = 10;

/**
 * Starts a bar on a terminal, or lines where standard error goes to a file. The time left is estimated
 * from the first update on, so that preparations before it do not count.
 *
 * @param unit - what is counted, in the plural.
 */
export function startProgress(title: string, total: number, unit: string): ProgressBar {
  return process.stderr.isTTY ? terminalBar(title, total, unit) : plainLines(title, total, unit);
}

function terminalBar(title: string, total: number, unit: string): ProgressBar {
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${title} {bar} {value}/{total} ${unit} {eta_formatted} left {note}`,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
  });
  bar.start(total, 0, { note: "" });
  return { update: (done, note = "") => bar.update(done, { note }), stop: () => bar.stop() };
}

function plainLines(title: string, total: number, unit: string): ProgressBar {
  let shown = 0;
  let first: { readonly done: number; readonly time: number } | undefined;
  return {
    update(done, note = "") {
      const time = performance.now();
      first ??= { done, time };
      const part = Math.floor((LINES * done) / Math.max(1, total));
      if (part <= shown) return;
      shown = part;
      const secondsEach = (time - first.time) / 1000 / (done - first.done);
      const left = Number.isFinite(secondsEach)
        ? `, ${Math.round((total - done) * secondsEach)} s left`
        : "";
      process.stderr.write(`${`${title} ${done}/${total} ${unit}${left} ${note}`.trimEnd()}\n`);
    },
    stop() {},
  };
}
