import { counted } from "../../../node/cli/numbers.ts";
import { type Html, html } from "../../../node/html/page.ts";
import { figure, Plot } from "../../../node/html/plot.ts";
import { gapAtEnd } from "../../gap.ts";
import { bestPoint, type History, isFinished, measuredPoints } from "../../history.ts";
import { learnsWords } from "../../stage-names.ts";
import { dot, fixed, frame, line, type Point, points, stageMarks } from "../epoch-plot.ts";
import { legend } from "../markup.ts";
import { epochTable } from "./epoch-table.ts";

const TRAIN_COLOUR = "var(--series-2)";
const VALIDATION_COLOUR = "var(--series-1)";
const SET_COLOURS = [1, 3, 4, 2].map((number) => `var(--series-${number})`);

/** Shows training against validation after each epoch. */
export function curves(history: History): Html {
  if (history.epochs.length === 0) {
    return html`<p>${isFinished(history) ? "The run has no epochs." : "No epoch has ended yet."}</p>`;
  }
  return html`
<h3>CIDEr-D</h3>
${ciderFigure(history)}
${setFigure(history)}
<h3>Loss</h3>
${lossFigure(history)}
<h3>Other measures of the validation captions</h3>
${otherFigure(history)}
<details><summary>The curves as a table</summary>${epochTable(history)}</details>`;
}

function ciderFigure(history: History): Html {
  const measured = measuredPoints(history);
  const validation = points(measured, ({ validation }) => validation["CIDEr-D"]);
  const train = points(measured, ({ gap }) => gap?.train["CIDEr-D"]);
  const end = gapAtEnd(history);
  const last = bestPoint(history);
  const ends = end && last ? [{ number: last.number, ...end }] : [];
  const gaps = ends.length > 0 ? ends : lastGap(train, validation);
  const images = measured.findLast(({ gap }) => gap)?.gap?.images;
  const key = legend([
    { name: "validation images", colour: VALIDATION_COLOUR },
    ...(images === undefined
      ? []
      : [{ name: `${counted(images)} training images`, colour: TRAIN_COLOUR, dashed: true }]),
    ...(end
      ? [
          {
            name: `${counted(end.images)} training images, at the end`,
            colour: TRAIN_COLOUR,
            dot: true,
          },
        ]
      : []),
  ]);
  const label = `CIDEr-D after each of ${history.epochs.length} epochs: validation ends at ${fixed(validation.at(-1)?.value)}${
    gaps[0] ? `, training at ${fixed(gaps[0].train)}, a gap of ${fixed(gaps[0].gap)}` : ""
  }.`;
  return figure(label, key, (width) => ({
    ...frame(width, history),
    marginRight: gaps.length > 0 ? 76 : 16,
    y: { label: null, zero: true, nice: true, grid: true, ticks: 6 },
    marks: [
      ...stageMarks(history.stages, width),
      Plot.lineY(train, { ...line(TRAIN_COLOUR), strokeDasharray: "5 4" }),
      Plot.lineY(validation, line(VALIDATION_COLOUR)),
      Plot.dot(train, dot(TRAIN_COLOUR)),
      Plot.dot(validation, dot(VALIDATION_COLOUR)),
      Plot.dot(ends, {
        x: "number",
        y: "train",
        r: 5,
        stroke: TRAIN_COLOUR,
        strokeWidth: 2,
        fill: "var(--paper)",
      }),
      ...gapMarks(gaps),
    ],
  }));
}

/** Share of the value below which the bracket of a gap has no room for a label beside it. */
const NARROW_GAP = 0.15;

/** Draws the gap as a bracket between the two curves. */
function gapMarks(
  gaps: readonly { number: number; train: number; validation: number; gap: number }[],
) {
  const isNarrow = gaps.some(({ gap, validation }) => Math.abs(gap) < NARROW_GAP * validation);
  return [
    Plot.ruleX(gaps, {
      x: "number",
      y1: "validation",
      y2: "train",
      stroke: "var(--ink)",
      strokeWidth: 1.5,
      strokeDasharray: "1 3",
    }),
    Plot.text(gaps, {
      x: "number",
      y: ({ train, validation }) =>
        isNarrow ? Math.max(train, validation) : (train + validation) / 2,
      dy: isNarrow ? -14 : 0,
      text: ({ gap }) => `gap ${fixed(gap)}`,
      textAnchor: "start",
      dx: isNarrow ? -8 : 8,
      fontWeight: 600,
      stroke: "var(--paper)",
      strokeWidth: 4,
      fill: "var(--ink)",
    }),
  ];
}

function lastGap(train: readonly Point[], validation: readonly Point[]) {
  const last = train.at(-1);
  const held = validation.find(({ number }) => number === last?.number);
  if (!last || !held) return [];
  const gap = last.value - held.value;
  return [{ number: last.number, train: last.value, validation: held.value, gap }];
}

/** Shows the validation CIDEr-D of each of several data sets, whose mean is drawn above. */
function setFigure(history: History): Html | string {
  const measured = measuredPoints(history);
  const names = [...new Set(measured.flatMap(({ sets = {} }) => Object.keys(sets)))];
  if (names.length === 0) return "";
  const colours = names.map((_, index) => SET_COLOURS[index % SET_COLOURS.length] ?? "");
  const all = names.map((name) => points(measured, ({ sets = {} }) => sets[name]?.["CIDEr-D"]));
  const ends = names.map((name, index) => `${name} ${fixed(all[index]?.at(-1)?.value)}`);
  const key = legend(names.map((name, index) => ({ name, colour: colours[index] ?? "" })));
  const label = `Validation CIDEr-D of each data set after the last epoch: ${ends.join(", ")}.`;
  return html`<h3>CIDEr-D of each data set</h3>${figure(label, key, (width) => ({
    ...frame(width, history),
    y: { label: null, zero: true, nice: true, grid: true, ticks: 6 },
    marks: [
      ...stageMarks(history.stages, width),
      ...all.flatMap((curve, index) => [
        Plot.lineY(curve, line(colours[index] ?? "")),
        Plot.dot(curve, dot(colours[index] ?? "")),
      ]),
    ],
  }))}`;
}

function lossFigure(history: History): Html {
  const measured = measuredPoints(history);
  const taught = points(
    history.epochs.filter(({ stage }) => learnsWords(stage)),
    ({ loss }) => loss,
  );
  const train = points(measured, ({ gap }) => gap?.train.loss);
  const validation = points(measured, ({ gap }) => gap?.validation.loss);
  const key = legend([
    ...(validation.length > 0
      ? [
          { name: "validation images", colour: VALIDATION_COLOUR },
          { name: "training images, measured in the same way", colour: TRAIN_COLOUR, dashed: true },
        ]
      : []),
    { name: "what training minimises (with dropout and smoothing)", colour: "var(--series-3)" },
  ]);
  const last = [train, validation].map((curve) => curve.at(-1)?.value);
  const label =
    validation.length > 0
      ? `Cross-entropy of a word after each epoch: at last ${fixed(last[0])} on training images and ${fixed(last[1])} on validation images.`
      : `The loss that training minimises: at last ${fixed(taught.at(-1)?.value)}.`;
  return html`${figure(label, key, (width) => ({
    ...frame(width, history),
    y: { label: null, nice: true, grid: true, ticks: 6 },
    marks: [
      ...stageMarks(history.stages, width),
      Plot.lineY(taught, { ...line("var(--series-3)"), strokeOpacity: 0.8 }),
      Plot.lineY(train, { ...line(TRAIN_COLOUR), strokeDasharray: "5 4" }),
      Plot.lineY(validation, line(VALIDATION_COLOUR)),
      Plot.dot(taught, dot("var(--series-3)")),
      Plot.dot(train, dot(TRAIN_COLOUR)),
      Plot.dot(validation, dot(VALIDATION_COLOUR)),
    ],
  }))}<p class="faint">Cross-entropy of a word in nats. Self-critical stages minimise another loss, which stands in the table: it compares captions of the same image with each other and says nothing about their quality.</p>`;
}

function otherFigure(history: History): Html {
  const names = ["BLEU-4", "ROUGE-L", "distinct"];
  const all = names.flatMap((name) =>
    points(measuredPoints(history), ({ validation }) => validation[name]).map((point) => ({
      ...point,
      name,
    })),
  );
  const colours = ["var(--series-1)", "var(--series-3)", "var(--series-4)"];
  const key = legend([
    ...names.slice(0, 2).map((name, index) => ({ name, colour: colours[index] ?? "" })),
    { name: "share of different captions", colour: colours[2] ?? "" },
  ]);
  const ends = names.map((name) => `${name} ${fixed(all.findLast((p) => p.name === name)?.value)}`);
  return figure(`Measures after the last epoch: ${ends.join(", ")}.`, key, (width) => ({
    ...frame(width, history),
    y: { label: null, domain: [0, 1], grid: true, ticks: 5 },
    color: { domain: names, range: colours },
    marks: [
      ...stageMarks(history.stages, width),
      Plot.lineY(all, { x: "number", y: "value", z: "name", stroke: "name", strokeWidth: 2 }),
      Plot.dot(all, { x: "number", y: "value", fill: "name", r: 2.5, title: "title" }),
    ],
  }));
}
