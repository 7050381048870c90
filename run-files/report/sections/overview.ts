import { type Html, html } from "../../../node/html/page.ts";
import { gapOf } from "../gap-of.ts";
import { bestEpoch, epochName, type History, validationOf } from "../history.ts";
import { counted } from "../markup.ts";
import type { RunRecord } from "../run-record.ts";

/** What a run came to, in a few figures. */
export function overview({ history }: RunRecord): Html {
  const best = bestEpoch(history);
  if (best === undefined) return html`<p>No epoch has ended yet.</p>`;
  const validation = validationOf(history);
  const gap = gapOf(history);
  return html`<dl class="figures">
${tile("CIDEr-D, validation", fixed(validation["CIDEr-D"]), `best epoch: ${epochName(best)}`)}
${
  gap
    ? [
        tile("CIDEr-D, training", fixed(gap.train), `${counted(gap.images)} training images`),
        tile("gap", fixed(gap.gap), "how much better it captions what it learnt from"),
      ]
    : ""
}
${tile("BLEU-4, validation", fixed(validation["BLEU-4"]), "greedy")}
${tile("trained for", duration(history), `${counted(history.epochs.length)} epochs, ${counted(history.steps.length)} steps`)}
</dl>`;
}

/** Whether the run is at its end, in one sentence. */
export function stateOf({ history, options }: RunRecord): string {
  const { epochs, measures, starts } = history;
  const last = epochs.at(-1);
  const begun = starts[0]?.time ? ` It was begun on ${starts[0].time.slice(0, 10)}.` : "";
  if (last === undefined) return `The run of seed ${options.seed} has not come to an epoch's end.`;
  if (measures.length > 0) return `The run is finished.${begun}`;
  return `The run is not finished: this is how it stood after ${epochName(last)}.${begun}`;
}

function tile(name: string, value: string, note: string): Html {
  return html`<div class="card"><dt>${name}</dt><dd><strong>${value}</strong><span class="faint">${note}</span></dd></div>
`;
}

/** Time spent in training itself, measuring and computing features left out. */
function duration({ epochs }: History): string {
  const minutes = Math.round(epochs.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function fixed(value: number | undefined): string {
  return value?.toFixed(3) ?? "";
}
