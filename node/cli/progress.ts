import { SingleBar } from "cli-progress";

/** Shows on standard error how far a long piece of work is. */
export interface ProgressBar {
  /** @param note - stands behind the bar, such as a loss. */
  update(done: number, note?: string): void;
  stop(): void;
}

/** Without a terminal a line appears whenever another tenth is done. */
const lines = 10;

/**
 * A bar on a terminal; a few lines where the output goes to a file.
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
  const start = performance.now();
  return {
    update(done, note = "") {
      const tenth = Math.floor((lines * done) / Math.max(1, total));
      if (tenth <= shown) return;
      shown = tenth;
      const rate = (1000 * done) / (performance.now() - start);
      const left = Math.round((total - done) / rate);
      process.stderr.write(`${title} ${done}/${total} ${unit}, ${left} s left ${note}\n`);
    },
    stop() {},
  };
}
