import { type Html, html } from "../../../node/html/page.ts";
import { scrolledTable } from "../../../node/html/table.ts";
import { type History, type MeasuredPoint, measuredPoints, pointName } from "../../history.ts";

interface Column {
  readonly name: string;
  readonly value: (point: MeasuredPoint) => number | undefined;
  readonly digits: number;
}

const measureOf = (name: string, digits = 3): Column => ({
  name,
  value: ({ validation }) => validation[name],
  digits,
});

function columnsOf(points: readonly MeasuredPoint[]): Column[] {
  const sets = [...new Set(points.flatMap(({ sets = {} }) => Object.keys(sets)))];
  return [
    { name: "training minimises", value: ({ loss }) => loss, digits: 4 },
    { name: "loss, training", value: ({ gap }) => gap?.train.loss, digits: 3 },
    { name: "loss, validation", value: ({ gap }) => gap?.validation.loss, digits: 3 },
    { name: "CIDEr-D, training", value: ({ gap }) => gap?.train["CIDEr-D"], digits: 3 },
    { ...measureOf("CIDEr-D"), name: "CIDEr-D, validation" },
    ...sets.map((name) => ({
      name: `CIDEr-D, ${name}`,
      value: ({ sets = {} }: MeasuredPoint) => sets[name]?.["CIDEr-D"],
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

function gapOfEpoch({ gap, validation }: MeasuredPoint): number | undefined {
  const held = validation["CIDEr-D"];
  return gap && held !== undefined ? gap.train["CIDEr-D"] - held : undefined;
}

/** Shows the measures of the start and of each epoch, without columns that have no value. */
export function epochTable(history: History): Html {
  const measured = measuredPoints(history);
  const shown = columnsOf(measured).filter(({ value }) =>
    measured.some((point) => value(point) !== undefined),
  );
  return html`${scrolledTable(
    "Measures of each epoch",
    html`<thead><tr><th scope="col">epoch</th>${shown.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${measured.map(
      (
        point,
      ) => html`<tr><th scope="row">${pointName(point)}${point.best ? html` <span title="better than all epochs before it">★</span>` : ""}</th>${shown.map(
        ({ value, digits }) => html`<td class="number">${value(point)?.toFixed(digits) ?? ""}</td>`,
      )}</tr>
`,
    )}</tbody>`,
  )}
<p class="faint">★ better on the validation images than all epochs before it; the run keeps the last of them.</p>`;
}
