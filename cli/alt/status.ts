import type { SiteStatus } from "../../client/index.ts";
import { IMAGE_STATES } from "../../core/api/site.ts";
import { countOf } from "../../node/cli/numbers.ts";

/** What each state means, for the table. */
const MEANINGS: Readonly<Record<(typeof IMAGE_STATES)[number], string>> = {
  queued: "waiting for the captioner",
  leased: "being captioned",
  captioned: "filled in by the model",
  low_confidence: "waiting for review: not sure enough to be filled in",
  failed: "could not be captioned",
  approved: "approved by a person",
  edited: "written by a person",
  decorative: "marked as decorative by a person",
};

/** Describes how far the work has come: a table of the states, the rate and the time left. */
export function describeStatus({ states, perMinute, minutesLeft }: SiteStatus): string {
  const total = Object.values(states).reduce((sum, images) => sum + images, 0);
  const done = total - states.queued - states.leased;
  const share = total === 0 ? 100 : Math.floor((100 * done) / total);
  const rows = IMAGE_STATES.map(
    (state) => `  ${String(states[state]).padStart(8)}  ${state.padEnd(15)} ${MEANINGS[state]}`,
  );
  return [
    `${done} of ${total} images are done (${share} %).`,
    ...rows,
    `${perMinute.toFixed(1)} images a minute${timeLeft(minutesLeft)}.`,
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function timeLeft(minutes: number | null): string {
  if (minutes === null) return "; nothing moves: try npm run alt -- resume";
  if (minutes === 0) return "; nothing is left to do";
  return minutes < 90
    ? `, about ${countOf(Math.ceil(minutes), "minute")} left`
    : `, about ${countOf(Math.ceil(minutes / 60), "hour")} left`;
}
