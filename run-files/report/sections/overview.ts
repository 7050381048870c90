import { counted } from "../../../node/cli/numbers.ts";
import { type Html, html } from "../../../node/html/page.ts";
import { scrolledTable } from "../../../node/html/table.ts";
import { gapOf } from "../../gap.ts";
import {
  bestPoint,
  epochName,
  finalMeasures,
  type History,
  isFinished,
  pointName,
  validationMeasures,
} from "../../history.ts";
import type { RunRecord } from "../../run-record.ts";

/** Shows a run's result in a few figures. */
export function overview({ history, validation }: RunRecord): Html {
  const best = bestPoint(history);
  if (best === undefined) return html`<p>No epoch has ended yet.</p>`;
  const measures = validationMeasures(history);
  const gap = gapOf(history);
  return html`<dl class="figures">
${tile("CIDEr-D, validation", fixed(measures["CIDEr-D"]), best.stage === undefined ? "of the start" : `best epoch: ${pointName(best)}`)}
${
  gap
    ? [
        tile("CIDEr-D, training", fixed(gap.train), `${counted(gap.images)} training images`),
        tile("gap", fixed(gap.gap), "CIDEr-D of training images above that of validation images"),
      ]
    : ""
}
${tile("BLEU-4, validation", fixed(measures["BLEU-4"]), "greedy")}
${tile("trained for", duration(history), `${counted(history.epochs.length)} epochs, ${counted(history.steps.length)} steps`)}
</dl>
${startLine(history)}${best.sets ? setTable(history, best.sets, validation) : ""}`;
}

/** Says what the captioner of `--from` reached, and whether an epoch was better. */
function startLine(history: History): Html | string {
  const { initial } = history;
  if (initial === undefined) return "";
  const { validation } = initial;
  const kept = bestPoint(history) === initial ? " No epoch was better, so the run keeps it." : "";
  return html`<p>Before the first step, the captioner that the run started from had a validation CIDEr-D of ${fixed(validation["CIDEr-D"])} and a BLEU-4 of ${fixed(validation["BLEU-4"])}.${kept}</p>
`;
}

/** Shows the measures of each data set; the figures above are their means. */
function setTable(
  history: History,
  atBest: Readonly<Record<string, Readonly<Record<string, number>>>>,
  captions: RunRecord["validation"],
): Html {
  const ciderOf = (split: "train" | "validation", set: string) =>
    finalMeasures(history, split).find((measure) => measure.set === set)?.values["CIDEr-D"];
  const rows = Object.entries(atBest).map(([set, values]) => {
    const measured = captions?.sets.find(({ name }) => name === set);
    return html`<tr><th scope="row">${set}</th><td class="number">${measured ? counted(measured.ids.length) : ""}</td><td class="number">${fixed(ciderOf("validation", set) ?? values["CIDEr-D"])}</td><td class="number">${fixed(ciderOf("train", set))}</td><td class="number">${fixed(values["BLEU-4"])}</td></tr>
`;
  });
  return html`${scrolledTable(
    "Measures of each data set",
    html`<thead><tr><th scope="col">data set</th><th scope="col" class="number">validation images</th><th scope="col" class="number">CIDEr-D, validation</th><th scope="col" class="number">CIDEr-D, training</th><th scope="col" class="number">BLEU-4, validation</th></tr></thead><tbody>${rows}</tbody>`,
  )}
<p class="faint">Each data set is measured in its own style and with its own document frequencies; the figures above are means over the data sets.</p>`;
}

/** Says in one sentence whether the run is finished. */
export function stateOf({ history, options }: RunRecord): string {
  const last = history.epochs.at(-1);
  const time = history.starts[0]?.time;
  const begun = time ? ` It was begun on ${time.slice(0, 10)}.` : "";
  if (isFinished(history)) return `The run is finished.${begun}`;
  if (last === undefined) return `The run of seed ${options.seed} has not finished an epoch.`;
  return `The run is not finished: this is its state after ${epochName(last)}.${begun}`;
}

function tile(name: string, value: string, note: string): Html {
  return html`<div class="card"><dt>${name}</dt><dd><strong>${value}</strong><span class="faint">${note}</span></dd></div>
`;
}

/** Formats the time spent in training itself, without measuring and computing features. */
function duration({ epochs }: History): string {
  const minutes = Math.round(epochs.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function fixed(value: number | undefined): string {
  return value?.toFixed(3) ?? "";
}
