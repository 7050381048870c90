import { signed } from "../../node/cli/numbers.ts";
import { type Html, html, page } from "../../node/html/page.ts";
import { figure, Plot } from "../../node/html/plot.ts";
import { scrolledTable } from "../../node/html/table.ts";
import type { CalibrationReport } from "./report.ts";
import {
  CAVEAT,
  calibrationInterval,
  figureCells,
  type NamedFigures,
  namedFigures,
  nonPhotographCells,
  percent,
  THRESHOLD_COLUMNS,
  thresholdCells,
  thresholdSentence,
} from "./wording.ts";

const COLOURS = ["var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)"];

/** Formats the report as one HTML page that loads nothing. */
export function reportPage(report: CalibrationReport): Promise<string> {
  const named = namedFigures(report);
  return page({
    title: `Confidence of ${report.model.name} ${report.model.version}`,
    lead: thresholdSentence(report),
    style:
      ".key::before { content: ''; display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; border-radius: 50%; background: var(--colour); } .key { margin-right: 1.2em; }",
    body: html`<p>${CAVEAT}</p>
${figuresTable(named)}
<h2>Reliability</h2>
${reliabilityFigure(named)}
<h2>What a threshold keeps</h2>
${named.map(thresholdSection)}
${nonPhotographSection(report)}
<h2>The model</h2>
${termsTable(report)}
${wordsSection(report)}`,
  });
}

function figuresTable(named: readonly NamedFigures[]): Html {
  return table(
    "Figures of each data set",
    [
      "",
      "images",
      "fit",
      "area under the ROC curve",
      "of the words' mean log-probability",
      "calibration error",
      "95 % interval",
    ],
    named.map((figures) => [...figureCells(figures), calibrationInterval(figures)]),
  );
}

function reliabilityFigure(named: readonly NamedFigures[]): Html {
  const label = `Reliability diagram: for ten bins of equal counts, the share of captions that fit against their mean confidence. ${named.map(({ name, calibrationError }) => `${name}: calibration error ${calibrationError.toFixed(3)}`).join("; ")}.`;
  const keys = named.map(
    ({ name }, index) =>
      html`<span class="key" style="--colour: ${colourOf(index)}">${name}</span>`,
  );
  const caption = html`Ten bins of equal counts; captions on the dashed line are as good as their confidence says.<br>${keys}`;
  return figure(label, caption, (width) => ({
    height: Math.min(width, 520),
    marginLeft: 56,
    marginBottom: 44,
    x: { label: "mean confidence", labelArrow: "none", domain: [0, 1], grid: true },
    y: { label: "share that fits", labelArrow: "none", domain: [0, 1], grid: true },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: "var(--faint)", strokeDasharray: "5 5" },
      ),
      ...named.flatMap(({ bins, name }, index) => [
        Plot.line(bins, { x: "confidence", y: "fits", stroke: colourOf(index), strokeWidth: 2 }),
        Plot.dot(bins, {
          x: "confidence",
          y: "fits",
          fill: colourOf(index),
          r: 4,
          title: ({ images, confidence, fits }: NamedFigures["bins"][number]) =>
            `${name}: ${images} captions of confidence ${confidence.toFixed(2)}, ${percent(fits)} fit`,
        }),
      ]),
    ],
  }));
}

function thresholdSection({ name, thresholds }: NamedFigures): Html {
  return html`<h3>${name}</h3>
${table(`What thresholds keep of ${name}`, THRESHOLD_COLUMNS, thresholds.map(thresholdCells))}`;
}

function nonPhotographSection({ nonPhotographs }: CalibrationReport): Html {
  if (nonPhotographs.length === 0) return html``;
  return html`<h2>Images that are not photographs</h2>
${table(
  "Confidence of images that are not photographs",
  ["", "images", "mean confidence", "kept by the default threshold"],
  nonPhotographs.map(nonPhotographCells),
)}`;
}

function termsTable({ confidence }: CalibrationReport): Html {
  return table(
    "Weights of the standardised features",
    ["feature", "weight", "mean", "deviation"],
    confidence.terms.map(({ feature, weight, mean, deviation }) => [
      feature,
      weight.toFixed(3),
      mean.toFixed(3),
      deviation.toFixed(3),
    ]),
  );
}

function wordsSection({ confidence }: CalibrationReport): Html {
  const words = Object.entries(confidence.words).sort(([, a], [, b]) => b - a);
  return html`<p>What words add to the score: ${words.map(([word, weight]) => `${word} ${signed(weight, 2)}`).join(", ")}.</p>`;
}

function table(
  label: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Html {
  return scrolledTable(
    label,
    html`<thead><tr>${columns.map((column, index) => html`<th scope="col"${index === 0 ? "" : html` class="number"`}>${column}</th>`)}</tr></thead>
<tbody>${rows.map(
      ([first, ...others]) =>
        html`<tr><th scope="row">${first}</th>${others.map((cell) => html`<td class="number">${cell}</td>`)}</tr>
`,
    )}</tbody>`,
  );
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? "";
}
