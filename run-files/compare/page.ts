import { type MeasureName, measureNames } from "../../metrics/index.ts";
import { type Html, html, page } from "../../node/html/page.ts";
import { figure, Plot } from "../../node/html/plot.ts";
import { scrolledTable } from "../../node/html/table.ts";
import { measuredPoints, pointName } from "../history.ts";
import { legend } from "../report/markup.ts";
import { REPORT_STYLE } from "../report/style.ts";
import type { RunRecord } from "../run-record.ts";
import type { ComparedRun, ComparedSet, RunComparison } from "./index.ts";
import { differenceText, isClear, runNames, sectionNames, setOf } from "./table.ts";

/** Colours of the runs in plots, in their order. */
const RUN_COLOURS = [1, 2, 3, 4].map((number) => `var(--series-${number})`);

const colourOf = (index: number) => RUN_COLOURS[index % RUN_COLOURS.length] ?? "";

/** Writes the comparison as a self-contained page. */
export function comparisonPage(
  comparison: RunComparison,
  opened: readonly RunRecord[],
): Promise<string> {
  const names = runNames(comparison.runs.map(({ path }) => path));
  const sections = sectionNames(comparison);
  return page({
    title: `Runs compared: ${names.join(", ")}`,
    lead: `Validation captions of each run's best epoch, greedy. Differences are from ${names[0]}.`,
    style: REPORT_STYLE,
    body: html`
<section aria-labelledby="measures"><h2 id="measures">Measures</h2>
${sections.map((name) => setSection(comparison, names, name, sections.length > 1))}
${runTable(comparison, names)}
</section>
<section aria-labelledby="configuration"><h2 id="configuration">Differences in the configuration</h2>
${configurationTable(comparison, names)}</section>
<section aria-labelledby="curves"><h2 id="curves">CIDEr-D over the epochs</h2>
${curvePlot(opened, names)}</section>`,
  });
}

/** Shows the measures of one data set with their differences. */
function setSection(
  comparison: RunComparison,
  names: readonly string[],
  name: string,
  titled: boolean,
): Html {
  const sets = comparison.runs.map((run) => setOf(comparison, run, name));
  const images = sets.find((set) => set?.images !== undefined)?.images;
  return html`${titled ? html`<h3>${name}</h3>` : ""}
${images === undefined ? "" : html`<p>${images} validation images.</p>`}
${measureTable(sets, names, name)}
${differencePlot(sets, names, name)}`;
}

function measureTable(
  sets: readonly (ComparedSet | undefined)[],
  names: readonly string[],
  set: string,
): Html {
  const rows = measureNames.map(
    (
      measure,
    ) => html`<tr><th scope="row">${measure}</th>${sets.map((set) => measureCell(set, measure))}</tr>
`,
  );
  const notes = sets.flatMap((set, index) =>
    set?.notCompared === undefined
      ? []
      : [html`<p>${names[index] ?? ""} has no intervals: ${set.notCompared}.</p>`],
  );
  return html`${scrolledTable(
    `Measures of each run on ${set}`,
    html`<thead>${headRow("measure", names)}</thead>
<tbody>${rows}</tbody>`,
  )}
<p class="faint">Paired bootstrap intervals of 95 %; * the interval excludes 0.</p>${notes}`;
}

/** Shows the figures of each run as a whole. */
function runTable({ runs }: RunComparison, names: readonly string[]): Html {
  const rows: [string, (run: ComparedRun) => string][] = [
    ["best epoch", ({ bestEpoch, finished }) => `${bestEpoch}${finished ? "" : " (unfinished)"}`],
    ["CIDEr-D, validation", ({ measures }) => measures["CIDEr-D"].toFixed(3)],
    ["CIDEr-D, training", ({ gap }) => gap?.train.toFixed(3) ?? "not measured"],
    ["gap", ({ gap }) => gap?.gap.toFixed(3) ?? "not measured"],
  ];
  return html`<h3>Whole runs</h3>
${scrolledTable(
  "Whole runs",
  html`<thead>${headRow("", names)}</thead>
<tbody>${rows.map(
    ([
      title,
      value,
    ]) => html`<tr><th scope="row">${title}</th>${runs.map((run) => html`<td>${value(run)}</td>`)}</tr>
`,
  )}</tbody>`,
)}
<p class="faint">CIDEr-D is the mean over the data sets.</p>`;
}

function measureCell(set: ComparedSet | undefined, measure: MeasureName): Html {
  if (set === undefined) return html`<td></td>`;
  const value = set.measures[measure].toFixed(3);
  const difference = set.difference?.[measure];
  if (!difference) return html`<td>${value}</td>`;
  const text = differenceText(difference);
  return html`<td>${value}<br><span class="faint">${isClear(difference) ? html`<strong>${text}</strong>` : text}</span></td>`;
}

function headRow(title: string, names: readonly string[]): Html {
  return html`<tr><th scope="col">${title}</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr>`;
}

function configurationTable({ configuration }: RunComparison, names: readonly string[]): Html {
  if (configuration.length === 0) return html`<p>None.</p>`;
  return scrolledTable(
    "Differences in the configuration",
    html`<thead>${headRow("option", names)}</thead>
<tbody>${configuration.map(
      ({
        name,
        values,
      }) => html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td>${value === "" ? html`<span class="faint">not set</span>` : value}</td>`)}</tr>
`,
    )}</tbody>`,
  );
}

/** Draws the differences with their intervals; nothing where no run could be compared. */
function differencePlot(
  sets: readonly (ComparedSet | undefined)[],
  names: readonly string[],
  set: string,
): Html | string {
  const points = sets.flatMap((set, index) => {
    const difference = set?.difference;
    return difference
      ? measureNames.map((measure) => ({
          measure,
          run: names[index] ?? "",
          colour: colourOf(index),
          difference: difference[measure].difference,
          ...difference[measure].interval,
        }))
      : [];
  });
  if (points.length === 0) return "";
  const compared = names.filter((name) => points.some(({ run }) => run === name));
  const key = legend(compared.map((name) => ({ name, colour: colourOf(names.indexOf(name)) })));
  const label = `Differences from ${names[0]} on ${set} with intervals: ${points
    .filter(({ measure }) => measure === "CIDEr-D")
    .map(
      ({ run, difference, low, high }) =>
        `${run} ${difference.toFixed(3)} in CIDEr-D, from ${low.toFixed(3)} to ${high.toFixed(3)}`,
    )
    .join("; ")}.`;
  return figure(label, key, (width) => ({
    height: measureNames.length * (18 * compared.length + 22) + 50,
    marginLeft: 76,
    marginBottom: 44,
    x: {
      label: `difference from ${names[0]}`,
      labelArrow: "none",
      labelOffset: 36,
      grid: true,
      ticks: width > 500 ? 8 : 4,
    },
    y: { label: null, axis: null, domain: compared },
    fy: { label: null, domain: [...measureNames], axis: "left" },
    marks: [
      Plot.ruleX([0], { stroke: "var(--ink)" }),
      Plot.ruleY(points, {
        fy: "measure",
        y: "run",
        x1: "low",
        x2: "high",
        stroke: ({ colour }) => colour,
        strokeWidth: 3,
      }),
      Plot.dot(points, {
        fy: "measure",
        y: "run",
        x: "difference",
        r: 5,
        fill: ({ colour }) => colour,
      }),
    ],
  }));
}

function curvePlot(opened: readonly RunRecord[], names: readonly string[]): Html {
  const curves = opened.map(({ history }, index) =>
    measuredPoints(history).map((point) => {
      const value = point.validation["CIDEr-D"] ?? 0;
      const title = `${names[index]}, ${pointName(point)}: ${value.toFixed(3)}`;
      return { number: point.number, value, title };
    }),
  );
  const key = legend(names.map((name, index) => ({ name, colour: colourOf(index) })));
  const ends = curves.map(
    (curve, index) => `${names[index]} ends at ${curve.at(-1)?.value.toFixed(3)}`,
  );
  return figure(`Validation CIDEr-D over the epochs: ${ends.join("; ")}.`, key, (width) => ({
    height: 300,
    marginLeft: 44,
    marginBottom: 44,
    x: {
      label: "epoch",
      labelArrow: "none",
      labelOffset: 36,
      tickFormat: "d",
      ticks: Math.min(width > 500 ? 20 : 6, Math.max(...curves.map(({ length }) => length))),
    },
    y: { label: null, grid: true, zero: true, nice: true, ticks: 6 },
    // Curves of runs with a common start overlap: the later ones are wider and drawn first.
    marks: curves.toReversed().flatMap((curve, below) => {
      const index = curves.length - 1 - below;
      const colour = colourOf(index);
      const line = { x: "number", y: "value", z: null, stroke: colour, strokeWidth: 2 + 3 * index };
      const dot = { x: "number", y: "value", fill: colour, r: 3 + 1.5 * index, title: "title" };
      return [Plot.lineY(curve, line), Plot.dot(curve, dot)];
    }),
  }));
}
