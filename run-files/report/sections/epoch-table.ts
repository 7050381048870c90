import { type Html, html } from "../../../node/html/page.ts";
import { scrolledTable } from "../../../node/html/table.ts";
import { type EpochPoint, epochName, type History } from "../../history.ts";

interface Column {
  readonly name: string;
  readonly value: (epoch: EpochPoint) => number | undefined;
  readonly digits: number;
}

const measureOf = (name: string, digits = 3): Column => ({
  name,
  value: ({ validation }) => validation[name],
  digits,
});

function columnsOf(epochs: readonly EpochPoint[]): Column[] {
  const sets = [...new Set(epochs.flatMap(({ sets = {} }) => Object.keys(sets)))];
  return [
    { name: "training minimises", value: ({ loss }) => loss, digits: 4 },
    { name: "loss, training", value: ({ gap }) => gap?.train.loss, digits: 3 },
    { name: "loss, validation", value: ({ gap }) => gap?.validation.loss, digits: 3 },
    { name: "CIDEr-D, training", value: ({ gap }) => gap?.train["CIDEr-D"], digits: 3 },
    { ...measureOf("CIDEr-D"), name: "CIDEr-D, validation" },
    ...sets.map((name) => ({
      name: `CIDEr-D, ${name}`,
      value: ({ sets = {} }: EpochPoint) => sets[name]?.["CIDEr-D"],
      digits: 3,
    })),
    { name: "gap", value: gapOfEpoch, digits: 3 },
    measureOf("BLEU-1"),
    measureOf("BLEU-4"),
    measureOf("ROUGE-L"),
    { ...measureOf("distinct"), name: "distinct captions" },
    { name: "seconds", value: ({ seconds }) => seconds, digits: 0 },
  ];
}

function gapOfEpoch({ gap, validation }: EpochPoint): number | undefined {
  const held = validation["CIDEr-D"];
  return gap && held !== undefined ? gap.train["CIDEr-D"] - held : undefined;
}

/** Shows the measures of each epoch, without columns that have no value. */
export function epochTable({ epochs }: History): Html {
  const shown = columnsOf(epochs).filter(({ value }) =>
    epochs.some((epoch) => value(epoch) !== undefined),
  );
  return html`${scrolledTable(
    "Measures of each epoch",
    html`<thead><tr><th scope="col">epoch</th>${shown.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${epochs.map(
      (
        epoch,
      ) => html`<tr><th scope="row">${epochName(epoch)}${epoch.best ? html` <span title="better than all epochs before it">★</span>` : ""}</th>${shown.map(
        ({ value, digits }) => html`<td class="number">${value(epoch)?.toFixed(digits) ?? ""}</td>`,
      )}</tr>
`,
    )}</tbody>`,
  )}
<p class="faint">★ better on the validation images than all epochs before it; the run keeps the last of them.</p>`;
}
